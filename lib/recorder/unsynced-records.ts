// Records that stand in the file and are not yet known to be on the disk. They are kept where a failed sync
// may make it necessary to write them again (3.7).

import type { Lines } from '../append-file/attempt.js'

export class UnsyncedRecords {
  /** False: nobody promised them to the disk, and none is kept. */
  readonly keeps: boolean
  #pieces: Buffer[] = []
  bytes = 0

  constructor(keeps: boolean) {
    this.keeps = keeps
  }

  /** Lines [from, to) were acknowledged. A copy: the buffer goes back to its pool. */
  add(lines: Lines, from: number, to: number): void {
    if (!this.keeps || to <= from) return
    const bytes = Buffer.from(lines.bytes.subarray(lines.offset + from, lines.offset + to))
    this.#pieces.push(bytes)
    this.bytes += bytes.length
  }

  clear(): void {
    if (this.bytes === 0) return
    this.#pieces = []
    this.bytes = 0
  }

  /** All of them, one behind the other. */
  joined(): Buffer {
    return Buffer.concat(this.#pieces)
  }
}
