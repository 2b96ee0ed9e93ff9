// A door to real files with a clock that the test moves by hand: what waits, waits until the test says so.

import type { FileDoor } from '../../lib/door/door.js'
import { PassingDoor } from './passing-door.js'

interface Timer {
  readonly at: number
  /** Somebody waits for it, and does nothing else. */
  readonly waited: boolean
  readonly run: () => void
}

export class ClockDoor extends PassingDoor {
  /** How many operations were asked of files. */
  operations = 0
  /** How many files are in use, and were at most. */
  inUse = 0
  mostInUse = 0
  /** Told each time somebody begins to wait. */
  #onWait: (() => void)[] = []
  readonly #timers = new Set<Timer>()
  #now = 0

  override now(): number {
    return this.#now
  }

  override after(delayMs: number, keepAlive: boolean, run: () => void): () => void {
    const timer = { at: this.#now + delayMs, waited: keepAlive, run }
    this.#timers.add(timer)
    if (keepAlive) for (const tell of this.#onWait.splice(0)) tell()
    return () => {
      this.#timers.delete(timer)
    }
  }

  override file(path: string): FileDoor {
    this.mostInUse = Math.max(this.mostInUse, ++this.inUse)
    return super.file(path)
  }

  protected override called(real: FileDoor, name: keyof FileDoor, args: readonly unknown[]): unknown {
    this.operations++
    if (name === 'release') this.inUse--
    return super.called(real, name, args)
  }

  /** Resolves when somebody waits. */
  waiting(): Promise<void> {
    if ([...this.#timers].some(({ waited }) => waited)) return Promise.resolve()
    return new Promise((resolve) => this.#onWait.push(resolve))
  }

  /** Who waits looks again, though no time has passed. */
  poke(): void {
    for (const timer of [...this.#timers]) if (timer.waited) this.#fire(timer)
  }

  /** So much time passes. */
  advance(ms: number): void {
    this.#now += ms
    for (const timer of [...this.#timers]) if (timer.at <= this.#now) this.#fire(timer)
  }

  #fire(timer: Timer): void {
    if (this.#timers.delete(timer)) timer.run()
  }
}
