// Which bytes of a growing file have stood for a while? A writer that landed behind somebody's unfinished line
// takes back all records of that write and appends them again (DESIGN 3.3); what was there settleMs ago is past
// that. Few samples of the size are kept, so a busy file is not held up line by line.

interface Sample {
  readonly atMs: number
  readonly size: number
}

/** About so many samples in the time that counts. */
const mostSamples = 16

export class SizeSamples {
  readonly #settleMs: number
  /** The oldest first; the first is the newest that is settled, if any is. */
  #samples: Sample[] = []

  constructor(settleMs: number) {
    this.#settleMs = settleMs
  }

  /** The file was this long at this time. */
  note(atMs: number, size: number): void {
    this.cut(size)
    if (this.#samples.at(-1)?.size === size) return
    this.#samples.push({ atMs, size })
    this.#forget(atMs)
    if (this.#samples.length > 4 * mostSamples) this.#thin()
  }

  /** The file has shrunk: what is written there now is new. */
  cut(size: number): void {
    this.#samples = this.#samples.filter((sample) => sample.size <= size)
  }

  /** All before this offset has stood for long enough. */
  settledEnd(nowMs: number): number {
    return this.#samples.findLast(({ atMs }) => atMs + this.#settleMs <= nowMs)?.size ?? 0
  }

  /** When what stands before `end` will have settled, as far as is known; null: it was not seen yet. */
  settlesAt(end: number): number | null {
    const seen = this.#samples.find(({ size }) => size >= end)
    return seen === undefined ? null : seen.atMs + this.#settleMs
  }

  /** Leaves out samples close to others: what was seen with one first settles a little later, with the next. */
  #thin(): void {
    const apart = this.#settleMs / mostSamples
    let keptAt = -Infinity
    this.#samples = this.#samples.filter(({ atMs }, i) => {
      const next = this.#samples[i + 1]
      if (next !== undefined && next.atMs - keptAt <= apart) return false
      keptAt = atMs
      return true
    })
  }

  #forget(nowMs: number): void {
    const settled = this.#samples.findLastIndex(({ atMs }) => atMs + this.#settleMs <= nowMs)
    if (settled > 0) this.#samples.splice(0, settled)
  }
}
