// The native door, of whose calls one fails, as planned, or at which the process is said to have ended.

import type { Completion, DoorCall, FileDoor } from '../../lib/door/door.js'
import { PassingDoor } from '../support/passing-door.js'

/** Calls that only ask. What is asked of a file has no part in what becomes of it. */
const asking: ReadonlySet<keyof FileDoor> = new Set([
  ...(['size', 'times', 'owner', 'identify', 'leadsTo', 'readAt', 'nameFileSystem', 'resolveLinks'] as const),
  ...(['openForReading', 'probeLease', 'probeWriters', 'lockHolders', 'listSiblings'] as const),
])

export class StoppingDoor extends PassingDoor {
  /** What was asked for that could change anything, in order. */
  readonly steps: string[] = []
  readonly #failing: number
  readonly #errno: number

  /** @param failing - which of those calls fails, from 0, and does nothing */
  constructor(failing: number, errno: number) {
    super()
    this.#failing = failing
    this.#errno = errno
  }

  protected override called(real: FileDoor, name: keyof FileDoor, args: readonly unknown[]): unknown {
    const call = super.called(real, name, args)
    return this.#fails(name) ? this.#failed(name) : call
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
