// One record of a batch, and who waits for it: told its range when it stands in the file, or why it does not.

import type { ByteRange } from '../byte-range.js'
import type { AppendError } from '../errors/append-error.js'
import type { Waiter } from './batch.js'

export class AwaitedRecord implements Waiter {
  start: number
  end: number
  readonly fail: (error: AppendError) => void
  readonly #resolve: (range: ByteRange) => void

  constructor(
    start: number,
    end: number,
    resolve: (range: ByteRange) => void,
    fail: (error: AppendError) => void,
  ) {
    this.start = start
    this.end = end
    this.#resolve = resolve
    this.fail = fail
  }

  acknowledge(base: number): void {
    this.#resolve({ start: base + this.start, end: base + this.end })
  }
}
