// A call of the simulated door: an operation's steps, made one after another on this thread, while others go on
// between them, or one at a time on the pool. A write may be followed by another, which was handed over before it is
// over; if the process is killed, a part of it may still land.

import { notBegun, type Completion, type DoorCall } from '../../lib/door/door.js'
import type { Steps } from './core/steps.js'
import type { Process } from './process.js'
import type { Random } from './random.js'

/** What makes a call a write. */
export interface Write {
  readonly length: number
  /** Lets a part of it land. */
  readonly landPart: (random: Random) => void
  /** The write of these bytes, which is to follow `before`; null: it is too late for that, or nothing may follow. */
  readonly follower: (bytes: Uint8Array, before: Before) => SimulatedCall | null
}

/** The write that has to be plainly good before the one that follows it is begun. */
export interface Before {
  readonly call: SimulatedCall
  readonly isPlainlyGood: (completion: Completion) => boolean
}

export class SimulatedCall implements DoorCall {
  readonly #steps: Steps
  readonly #process: Process
  readonly #between: () => void
  readonly #write: Write | null
  readonly #before: Before | null
  /** Of a write: it is over. */
  #written = false
  #begun = false
  #done: ((completion: Completion) => void) | null = null
  /** It is over, and nobody was told yet. */
  #outcome: Completion | null = null

  constructor(
    process: Process,
    steps: Steps,
    between: () => void,
    write: Write | null,
    before: Before | null = null,
  ) {
    this.#process = process
    this.#steps = steps
    this.#between = between
    this.#write = write
    this.#before = before
    // It is begun by being handed over.
    if (before !== null) process.pending.push(this)
  }

  performSync(): Completion {
    if (this.#before !== null) return this.finishSync()
    return this.#runHere()
  }

  perform(finished: (completion: Completion) => void): void {
    this.#done = finished
    if (this.#before === null) this.#process.pending.push(this)
  }

  finishSync(): Completion {
    if (this.#before?.call.outcome === null) throw new Error('the write before it is not over')
    this.#leave()
    return this.#outcome ?? this.#runHere()
  }

  get outcome(): Completion | null {
    return this.#outcome
  }

  follow(bytes: Uint8Array, offset: number, length: number, expectedStart: number): DoorCall | null {
    if (this.#write === null) return null
    const whole = this.#write.length
    const isPlainlyGood = ({ errno, start, end }: Completion): boolean =>
      errno === 0 && start === expectedStart && end - start === whole
    return this.#write.follower(bytes.subarray(offset, offset + length), { call: this, isPlainlyGood })
  }

  #runHere(): Completion {
    for (;;) {
      const outcome = this.#step()
      if (outcome !== null) return outcome
      this.#between()
    }
  }

  /** Is it known that it must not be begun? */
  #mustNotBegin(): boolean {
    if (this.#before === null || this.#begun) return false
    const { outcome } = this.#before.call
    return outcome === null || !this.#before.isPlainlyGood(outcome)
  }

  /** What it came to, if that was the last step. */
  #step(): Completion | null {
    if (this.#mustNotBegin()) {
      this.#outcome = notBegun
      return notBegun
    }
    // Its first step only takes it off the queue; the write is the second.
    if (this.#begun) this.#written = true
    this.#begun = true
    const step = this.#steps.next()
    if (step.done === true) this.#outcome = step.value
    return this.#outcome
  }

  finishIfOver(): Completion | null {
    if (this.#outcome !== null) this.#leave()
    return this.#outcome
  }

  #leave(): void {
    this.#process.pending.splice(this.#process.pending.indexOf(this), 1)
  }

  /** The process is killed: of a write that was to come next a part may still land. */
  dieMidway(random: Random): void {
    if (this.#write !== null && !this.#written && !this.#mustNotBegin() && random.once(2)) {
      this.#write.landPart(random)
    }
  }

  /** One step on the pool; the last is that the process is told. */
  advance(): void {
    if (this.#outcome === null) {
      if (this.#before?.call.outcome !== null) this.#step()
    } else if (this.#done !== null) {
      this.#leave()
      this.#done(this.#outcome)
    }
  }
}
