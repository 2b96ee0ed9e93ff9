// A door that lets somebody else act right before the coming operations of a writer: between its short write
// and what follows it, for instance. (FaultyDoor makes the short write; this stands before it.)

import type { Door, DoorCall, ErrorName, FileDoor } from '../../../lib/door/door.js'

type Moment = 'write' | 'truncateUnderLease' | 'erase' | 'scan'
type Act = (() => void) | null

const moments: Readonly<Record<string, Moment>> = {
  write: 'write',
  writeAndSync: 'write',
  truncateUnderLease: 'truncateUnderLease',
  erase: 'erase',
  scan: 'scan',
}

function interposed(call: DoorCall, act: () => void): DoorCall {
  return {
    performSync: () => {
      act()
      return call.performSync()
    },
    perform: (done) => {
      act()
      call.perform(done)
    },
    finishSync: () => call.finishSync(),
    finishIfOver: () => call.finishIfOver(),
    follow: () => null,
  }
}

export class InterposedDoor implements Door {
  /** What is done before the coming calls, first come first served; null: nothing. */
  readonly before: Partial<Record<Moment, Act[]>> = {}
  readonly #inner: Door

  constructor(inner: Door) {
    this.#inner = inner
  }

  nameError(errno: number): ErrorName {
    return this.#inner.nameError(errno)
  }

  now(): number {
    return this.#inner.now()
  }

  after(delayMs: number, keepAlive: boolean, run: () => void): () => void {
    return this.#inner.after(delayMs, keepAlive, run)
  }

  file(path: string): FileDoor {
    const inner = this.#inner.file(path)
    return new Proxy(inner, { get: (_, name) => this.#member(inner, name as keyof FileDoor) })
  }

  #member(inner: FileDoor, name: keyof FileDoor): unknown {
    const member: unknown = Reflect.get(inner, name, inner)
    if (typeof member !== 'function') return member
    const moment = moments[name]
    return (...args: unknown[]): unknown => {
      if (name === 'writeSync') this.before.write?.shift()?.()
      const result: unknown = Reflect.apply(member, inner, args)
      const act = moment === undefined ? undefined : this.before[moment]?.shift()
      return act ? interposed(result as DoorCall, act) : result
    }
  }
}
