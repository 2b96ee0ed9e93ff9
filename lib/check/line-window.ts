// Lines read by their place, mostly in ascending order: those that stand close together take one read.

import type { ReadingFile } from '../reading/reading-file.js'

const windowBytes = 256 * 1024

export class LineWindow {
  readonly #file: ReadingFile
  #start = 0
  #bytes: Buffer = Buffer.alloc(0)

  constructor(file: ReadingFile) {
    this.#file = file
  }

  /** The bytes of [start, end), unchanged for as long as they are held; fewer where the file ends before. */
  async read(start: number, end: number): Promise<Buffer> {
    if (start < this.#start || end > this.#start + this.#bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(end - start, windowBytes))
      this.#bytes = bytes.subarray(0, await this.#file.readAt(bytes, start))
      this.#start = start
    }
    return this.#bytes.subarray(start - this.#start, end - this.#start)
  }
}
