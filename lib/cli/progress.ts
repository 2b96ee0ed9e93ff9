// What a person at a terminal sees while it runs: one line on standard error, redrawn in place and gone at
// the end. Messages appear above it. Where standard error is no terminal there are only the messages.

import type { WriteStream } from 'node:tty'
import { formatBytes, formatSeconds } from './format.js'

const redrawMs = 250
/** How much of the rate shown is the newest measurement. */
const newest = 0.4

/** How far it is. */
export interface Shown {
  readonly bytes: number
  /** What stands before the rate. */
  readonly done: string
  /** How many bytes are still to come, where that is known. */
  readonly left?: number
}

export class Progress {
  readonly #stream: WriteStream
  readonly #show: () => Shown
  readonly #timer: NodeJS.Timeout | null
  #drawn = false
  #lastBytes = 0
  #lastMs = performance.now()
  #bytesPerSecond: number | null = null

  /**
   * @param shown - false: there are only messages
   * @param show - what has been done so far
   */
  constructor(stream: WriteStream, shown: boolean, show: () => Shown) {
    this.#stream = stream
    this.#show = show
    this.#timer = shown ? setInterval(() => this.#draw(), redrawMs).unref() : null
  }

  message(text: string): void {
    this.clear()
    this.#stream.write(`${text}\n`)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.clear()
  }

  #draw(): void {
    const { bytes, done, left } = this.#show()
    const rate = this.#measure(bytes)
    const time = left === undefined || rate <= 0 ? '' : `  ${formatSeconds(left / rate)} left`
    const text = `${done}  ${formatBytes(rate)}/s${time}`
    // A line that wraps could not be redrawn. Some terminals do not know how wide they are: 0.
    const most = (this.#stream.columns || 80) - 1
    this.#stream.write(`\r${text.slice(0, most)}\u001b[K`)
    this.#drawn = true
  }

  #measure(bytes: number): number {
    const now = performance.now()
    // The next file, or the next step, has begun.
    if (bytes < this.#lastBytes) this.#lastBytes = 0
    const rate = ((bytes - this.#lastBytes) * 1000) / Math.max(1, now - this.#lastMs)
    this.#lastBytes = bytes
    this.#lastMs = now
    this.#bytesPerSecond =
      this.#bytesPerSecond === null ? rate : newest * rate + (1 - newest) * this.#bytesPerSecond
    return this.#bytesPerSecond
  }

  /** What is drawn goes; it comes again. */
  clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[K')
    this.#drawn = false
  }
}
