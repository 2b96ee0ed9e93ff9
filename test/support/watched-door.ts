// A door that lets every call through to the one behind it, and keeps a list of them: what was done to which
// file, in which order, and how much was read.

import path from 'node:path'
import type { Door, ErrorName, FileDoor } from '../../lib/door/door.js'
import { nativeDoor } from '../../lib/door/native-door.js'

export interface WatchedCall {
  /** The last part of the path. */
  readonly file: string
  readonly name: keyof FileDoor
  readonly args: readonly unknown[]
}

/** A read of the file: [start, end) as asked for. */
export interface WatchedRead {
  readonly start: number
  readonly end: number
}

export class WatchedDoor implements Door {
  readonly calls: WatchedCall[] = []
  readonly #behind: Door

  constructor(behind: Door = nativeDoor) {
    this.#behind = behind
  }

  nameError(errno: number): ErrorName {
    return this.#behind.nameError(errno)
  }

  now(): number {
    return this.#behind.now()
  }

  after(delayMs: number, keepAlive: boolean, run: () => void): () => void {
    return this.#behind.after(delayMs, keepAlive, run)
  }

  file(given: string): FileDoor {
    const real = this.#behind.file(given)
    const file = path.basename(given)
    return new Proxy(real, {
      get: (_, name) => {
        const member: unknown = Reflect.get(real, name, real)
        if (typeof member !== 'function') return member
        return (...args: unknown[]): unknown => {
          this.calls.push({ file, name: name as keyof FileDoor, args })
          return Reflect.apply(member, real, args)
        }
      },
    })
  }

  /** "FILE NAME" for each of these calls, in the order in which they were made. */
  order(...names: (keyof FileDoor)[]): string[] {
    return this.calls.filter(({ name }) => names.includes(name)).map(({ file, name }) => `${file} ${name}`)
  }

  /** A scan goes on from there to the end of its last line. */
  reads(file: string): WatchedRead[] {
    return this.calls
      .filter((call) => call.file === file && (call.name === 'readAt' || call.name === 'scan'))
      .map(({ name, args: [bytes, start, end] }) => {
        const from = start as number
        return { start: from, end: name === 'scan' ? (end as number) : from + (bytes as Uint8Array).length }
      })
  }
}
