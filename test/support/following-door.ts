// A door that lets every call through and counts the writes that are handed over to follow another. Somebody else may
// act before such a write is finished on this thread, and one may be said to have been made that must not have been.

import type { Completion, DoorCall, FileDoor } from '../../lib/door/door.js'
import { PassingDoor } from './passing-door.js'

/** A call that does nothing and comes to this; on the pool, too, but not before the next turn. */
function endingIn(completion: Completion, follow: DoorCall['follow']): DoorCall {
  let heard = false
  const hear = (): Completion => {
    heard = true
    return completion
  }
  return {
    performSync: hear,
    perform: (done) => {
      setImmediate(() => {
        if (!heard) done(hear())
      })
    },
    finishSync: hear,
    finishIfOver: () => null,
    follow,
  }
}

export class FollowingDoor extends PassingDoor {
  /** Writes that came in time to follow another. */
  handedOver = 0
  /** Done once, before the next of them is finished on this thread. */
  before: (() => void) | null = null
  /** What the next write comes to, and what is said of the one that is handed over to follow it. Neither is made. */
  untrue: { readonly first: Completion; readonly following: Completion } | null = null
  /** Milliseconds that have passed, as the clock says, without anybody waiting. */
  passed = 0

  override now(): number {
    return super.now() + this.passed
  }

  protected override called(real: FileDoor, name: keyof FileDoor, args: readonly unknown[]): unknown {
    if (name !== 'write') return super.called(real, name, args)
    const { untrue } = this
    this.untrue = null
    if (untrue === null) return this.#counted(super.called(real, name, args) as DoorCall, () => undefined)
    return endingIn(untrue.first, () => {
      this.handedOver++
      return endingIn(untrue.following, () => null)
    })
  }

  #counted(call: DoorCall, before: () => void): DoorCall {
    return {
      performSync: () => {
        before()
        return call.performSync()
      },
      perform: (done) => {
        call.perform(done)
      },
      finishSync: () => {
        before()
        return call.finishSync()
      },
      finishIfOver: () => call.finishIfOver(),
      follow: (...args) => {
        const next = call.follow(...args)
        if (next === null) return null
        this.handedOver++
        return this.#counted(next, () => {
          this.before?.()
          this.before = null
        })
      },
    }
  }
}
