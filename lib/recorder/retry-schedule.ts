// When a failed batch is tried again (3.7): after delays that double, a bounded number of times, and only
// what may pass.

import type { Door } from '../door/door.js'
import type { AppendError } from '../errors/append-error.js'
import type { RetryOption } from './options.js'

/** A failure has passed: how often it was met, and for how long. */
export interface Recovery {
  readonly failures: number
  /** From the first failure to the success, in ms. */
  readonly durationMs: number
}

export class RetrySchedule {
  readonly #door: Door
  readonly #option: Required<RetryOption>
  readonly #again: () => void
  #failures = 0
  #since = 0
  #cancel: (() => void) | null = null

  constructor(door: Door, option: Required<RetryOption>, again: () => void) {
    this.#door = door
    this.#option = option
    this.#again = again
  }

  /** The next attempt is set; nothing else starts one before, but for a synchronous call. */
  get waiting(): boolean {
    return this.#cancel !== null
  }

  /** A batch has failed. True: it will be tried again by the schedule. */
  failed(error: AppendError): boolean {
    if (this.#failures === 0) this.#since = this.#door.now()
    this.#failures++
    const { attempts, minDelayMs, maxDelayMs } = this.#option
    this.stop()
    if (!error.retryable || error.state === 'indeterminate' || this.#failures > attempts) return false
    const delay = Math.min(maxDelayMs, minDelayMs * 2 ** (this.#failures - 1))
    this.#cancel = this.#door.after(delay, true, () => {
      this.#cancel = null
      this.#again()
    })
    return true
  }

  /** A batch went through. What it recovered from; null: nothing had failed. */
  succeeded(): Recovery | null {
    if (this.#failures === 0) return null
    const recovery = { failures: this.#failures, durationMs: this.#door.now() - this.#since }
    this.#failures = 0
    this.stop()
    return recovery
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
