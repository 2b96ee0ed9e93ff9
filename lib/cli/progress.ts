// What a person at a terminal sees while it runs: one line on standard error, redrawn in place and gone at
// the end. Messages appear above it. Where standard error is no terminal there are only the messages.

import type { WriteStream } from 'node:tty'
import { formatBytes, formatNoun } from './format.js'

const redrawMs = 250
/** How much of the rate shown is the newest measurement. */
const newest = 0.4

export interface Counts {
  readonly records: number
  readonly bytes: number
}

export class Progress {
  readonly #stream: WriteStream
  readonly #count: () => Counts
  readonly #timer: NodeJS.Timeout | null
  #drawn = false
  #lastBytes = 0
  #lastMs = performance.now()
  #bytesPerSecond: number | null = null

  /**
   * @param shown - false: there are only messages
   * @param count - what has been done so far
   */
  constructor(stream: WriteStream, shown: boolean, count: () => Counts) {
    this.#stream = stream
    this.#count = count
    this.#timer = shown ? setInterval(() => this.#draw(), redrawMs).unref() : null
  }

  message(text: string): void {
    this.#clear()
    this.#stream.write(`${text}\n`)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#clear()
  }

  #draw(): void {
    const { records, bytes } = this.#count()
    const rate = this.#measure(bytes)
    const text = `${formatNoun(records, 'record')}  ${formatBytes(bytes)}  ${formatBytes(rate)}/s`
    // A line that wraps could not be redrawn. Some terminals do not know how wide they are: 0.
    const most = (this.#stream.columns || 80) - 1
    this.#stream.write(`\r${text.slice(0, most)}\u001b[K`)
    this.#drawn = true
  }

  #measure(bytes: number): number {
    const now = performance.now()
    const rate = ((bytes - this.#lastBytes) * 1000) / Math.max(1, now - this.#lastMs)
    this.#lastBytes = bytes
    this.#lastMs = now
    this.#bytesPerSecond =
      this.#bytesPerSecond === null ? rate : newest * rate + (1 - newest) * this.#bytesPerSecond
    return this.#bytesPerSecond
  }

  #clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[K')
    this.#drawn = false
  }
}
