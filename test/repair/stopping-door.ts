// The native door, of whose calls one fails, as planned, or at which the process is said to have ended.

import type { Completion, Door, DoorCall, ErrorName, FileDoor } from '../../lib/door/door.js'
import { nativeDoor } from '../../lib/door/native-door.js'

/** Calls that only ask. What is asked of a file has no part in what becomes of it. */
const asking: ReadonlySet<keyof FileDoor> = new Set([
  ...(['size', 'times', 'owner', 'identify', 'leadsTo', 'readAt', 'nameFileSystem', 'resolveLinks'] as const),
  ...(['openForReading', 'probeLease', 'probeWriters', 'lockHolders', 'listSiblings'] as const),
])

export class StoppingDoor implements Door {
  /** What was asked for that could change anything, in order. */
  readonly steps: string[] = []
  readonly #failing: number
  readonly #errno: number

  /** @param failing - which of those calls fails, from 0, and does nothing */
  constructor(failing: number, errno: number) {
    this.#failing = failing
    this.#errno = errno
  }

  file(path: string): FileDoor {
    const real = nativeDoor.file(path)
    return new Proxy(real, {
      get: (_, name) => {
        const member: unknown = Reflect.get(real, name, real)
        if (typeof member !== 'function') return member
        return (...args: unknown[]): unknown => {
          const call: unknown = Reflect.apply(member, real, args)
          return this.#fails(name as keyof FileDoor) ? this.#failed(name as string) : call
        }
      },
    })
  }

  now(): number {
    return nativeDoor.now()
  }

  after(delayMs: number, keepAlive: boolean, run: () => void): () => void {
    return nativeDoor.after(delayMs, keepAlive, run)
  }

  nameError(errno: number): ErrorName {
    return nativeDoor.nameError(errno)
  }

  #fails(name: keyof FileDoor): boolean {
    if (asking.has(name) || name === 'close' || name === 'release') return false
    this.steps.push(name)
    return this.steps.length - 1 === this.#failing
  }

  #failed(name: string): DoorCall {
    const completion: Completion = { errno: this.#errno, syscall: name, start: 0, end: 0, detail: 0 }
    return {
      performSync: () => completion,
      perform: (done) => setImmediate(done, completion),
      finishSync: () => completion,
      finishIfOver: () => null,
      follow: () => null,
    }
  }
}
