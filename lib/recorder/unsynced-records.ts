// Records that stand in the file and are not yet known to be on the disk. They are kept where a failed sync
// may make it necessary to write them again (3.7).

import type { Lines } from '../append-file/attempt.js'

interface Piece {
  readonly start: number
  readonly bytes: Buffer
}

export class UnsyncedRecords {
  /** False: nobody promised them to the disk, and none is kept. */
  readonly keeps: boolean
  #pieces: Piece[] = []
  bytes = 0

  constructor(keeps: boolean) {
    this.keeps = keeps
  }

  /** Lines [from, to) stand at `start`. A copy: the buffer goes back to its pool. */
  add(start: number, lines: Lines, from: number, to: number): void {
    if (!this.keeps || to <= from) return
    const bytes = Buffer.from(lines.bytes.subarray(lines.offset + from, lines.offset + to))
    this.#pieces.push({ start, bytes })
    this.bytes += bytes.length
  }

  clear(): void {
    this.#pieces = []
    this.bytes = 0
  }

  get pieces(): readonly Piece[] {
    return this.#pieces
  }

  /** The pieces as one, if they stand next to each other from `start` on; else somebody else's bytes are between. */
  joinedFrom(start: number): Buffer | null {
    let at = start
    for (const piece of this.#pieces) {
      if (piece.start !== at) return null
      at += piece.bytes.length
    }
    return Buffer.concat(this.#pieces.map(({ bytes }) => bytes))
  }
}
