// A door that lets every call through to the one behind it, and keeps a list of them: what was done to which
// file, in which order, and how much was read.

import path from 'node:path'
import type { FileDoor } from '../../lib/door/door.js'
import { PassingDoor } from './passing-door.js'

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

export class WatchedDoor extends PassingDoor {
  readonly calls: WatchedCall[] = []

  protected override called(real: FileDoor, name: keyof FileDoor, args: readonly unknown[]): unknown {
    this.calls.push({ file: path.basename(real.path), name, args })
    return super.called(real, name, args)
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
