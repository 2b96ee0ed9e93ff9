// Time: until a deadline, and within single calls, where what reading the clock costs is taken off.

import { TimeCounts } from './time-counts.mjs'

const now = process.hrtime.bigint

export class Stopwatch {
  #started = now()
  #deadline

  constructor(milliseconds) {
    this.#deadline = this.#started + BigInt(Math.round(milliseconds * 1e6))
  }

  get running() {
    return now() < this.#deadline
  }

  /** Nanoseconds since it was made. */
  get elapsed() {
    return Number(now() - this.#started)
  }
}

/** Nanoseconds that a call takes by itself, on average. */
export function averageOf(times, call) {
  const watch = new Stopwatch(0)
  for (let i = 0; i < times; i++) call()
  return watch.elapsed / times
}

/** What two readings of the clock and nothing between them show: half of the readings show less. */
function clockCost() {
  const counts = new TimeCounts()
  for (let i = 0; i < 20_000; i++) {
    const before = now()
    const after = now()
    counts.add(Number(after - before))
  }
  return counts.percentile(50)
}

/** The times of single calls. */
export class CallTimes {
  #counts = new TimeCounts()
  #clock = clockCost()
  #before = 0n

  start() {
    this.#before = now()
  }

  stop() {
    const spent = now() - this.#before
    this.#counts.add(Number(spent))
  }

  /** Takes the times of another in. */
  include(other) {
    this.#counts.include(other.#counts)
  }

  /** In nanoseconds, without what the clock costs. */
  summary() {
    const at = (share) => Math.max(0, this.#counts.percentile(share) - this.#clock)
    return {
      insideP50: at(50),
      insideP99: at(99),
      insideP999: at(99.9),
      insideMax: Math.max(0, this.#counts.max - this.#clock),
    }
  }
}
