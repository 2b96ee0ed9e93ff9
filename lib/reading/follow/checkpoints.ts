// Places between lines that reading has passed, with a fingerprint of what stood before each: where a file lost
// more of its end than the bytes before the position tell, reading goes on at the last place that is as it was.
// Dense near the position and thinner further back, so that a long file needs few of them.

import { createHash } from 'node:crypto'

export interface Checkpoint {
  /** Behind an LF. */
  readonly offset: number
  /** So many bytes before it were taken. */
  readonly length: number
  readonly hash: string
}

export const proofBytes = 1024
const apartBytes = 4096
/** Further back: this part of the distance to the position. */
const part = 16
const mostCheckpoints = 512

export function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64').slice(0, 16)
}

export class Checkpoints {
  #all: readonly Checkpoint[]

  /** The first of the file first. */
  constructor(all: readonly Checkpoint[] = []) {
    this.#all = all
  }

  /** `before`: the bytes before this offset, which is behind an LF. */
  pass(before: Uint8Array, offset: number): void {
    if (offset < (this.#all.at(-1)?.offset ?? 0) + apartBytes || before.length < proofBytes) return
    const bytes = before.subarray(before.length - proofBytes)
    this.#all = [...this.#all, { offset, length: bytes.length, hash: fingerprint(bytes) }]
    if (this.#all.length > mostCheckpoints) this.#all = this.thinned()
  }

  /** Few enough to be kept in a cursor. */
  thinned(): readonly Checkpoint[] {
    const end = this.#all.at(-1)?.offset ?? 0
    let keptOffset = -Infinity
    const kept = this.#all.filter(({ offset }) => {
      if (offset - keptOffset < (end - offset) / part) return false
      keptOffset = offset
      return true
    })
    return kept.slice(-mostCheckpoints)
  }

  /** Those at this offset and before it, the last first. */
  upTo(offset: number): readonly Checkpoint[] {
    return this.#all.filter((one) => one.offset <= offset).reverse()
  }

  /** What stands behind this offset is not as it was. */
  cut(offset: number): void {
    this.#all = this.#all.filter((one) => one.offset <= offset)
  }
}
