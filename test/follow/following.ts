// A follower driven by hand: its clock stands still unless a test moves it, and it reads on only when asked.

import type { Damage } from '../../lib/damage/damage.js'
import { followThrough } from '../../lib/reading/follow/follow-records.js'
import type { RecordText } from '../../lib/reading/follow/judge.js'
import type { FollowChange, FollowOptions } from '../../lib/reading/follow/options.js'
import { afterTest } from '../support/after-test.js'
import { ClockDoor } from '../support/clock-door.js'
import { FaultyDoor, type Fault } from '../support/faulty-door.js'

export class Following {
  readonly door = new ClockDoor()
  readonly changes: FollowChange[] = []
  readonly damage: Damage[] = []
  readonly stop = new AbortController()
  readonly #records: AsyncIterableIterator<RecordText, undefined, undefined>
  #next: Promise<IteratorResult<RecordText, undefined>> | null = null

  /** `faults`: of its writes, which are those of its cursor. */
  constructor(path: string, options: FollowOptions = {}, faults: Fault[] = []) {
    this.#records = followThrough(new FaultyDoor({ write: faults }, this.door), path, {
      signal: this.stop.signal,
      onChange: (change) => this.changes.push(change),
      onDamage: (damage) => {
        this.damage.push(damage)
      },
      ...options,
    })
    afterTest(() => this.close())
  }

  get changed(): string[] {
    return this.changes.map(({ what }) => what)
  }

  /** Asks for the next record. */
  next(): Promise<IteratorResult<RecordText, undefined>> {
    this.#next ??= this.#records.next()
    return this.#next
  }

  /** The one that was asked for has been taken. */
  forget(): void {
    this.#next = null
  }

  /** All that it delivers until it has nothing more to read for now. */
  async take(): Promise<RecordText[]> {
    const taken: RecordText[] = []
    // What it had looked at before this call does not count: it looks a second time.
    for (let looks = 0; looks < 2;) {
      const settled = this.next()
      const result = await Promise.race([settled, this.door.waiting().then(() => null)])
      if (result === null) {
        looks++
        this.door.poke()
        continue
      }
      this.#next = null
      if (result.done === true) break
      taken.push(result.value)
    }
    return taken
  }

  /** The same after so much time. */
  async takeAfter(ms: number): Promise<RecordText[]> {
    const before = await this.take()
    await this.door.waiting()
    this.door.advance(ms)
    return [...before, ...(await this.take())]
  }

  async values(): Promise<unknown[]> {
    return valuesOf(await this.take())
  }

  async valuesAfter(ms: number): Promise<unknown[]> {
    return valuesOf(await this.takeAfter(ms))
  }

  /** Goes over to the next file, if there is one: all the time passes that it may wait for. */
  async valuesAfterMove(): Promise<unknown[]> {
    return [
      ...(await this.valuesAfter(100)),
      ...(await this.valuesAfter(10_000)),
      ...(await this.valuesAfter(100)),
    ]
  }

  /** As a `break` does. */
  async close(): Promise<void> {
    await this.#records.return?.()
  }
}

export function valuesOf(records: readonly RecordText[]): unknown[] {
  return records.map(({ value }) => value)
}
