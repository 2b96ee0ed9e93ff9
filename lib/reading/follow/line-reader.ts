// The whole lines behind a position of a file that grows. A fragment is never kept from one look to the next,
// for it may be cut, blanked or sealed meanwhile: the line is read again from its start, a very long one that has
// no end yet at growing intervals only.

import type { Block, FollowedFile } from './followed-file.js'
import type { FollowChange } from './options.js'

const blockBytes = 256 * 1024
const longestDelayMs = 30_000
/** A long line is read again after the time in which so much can be read. */
const bytesPerMs = 64 * 1024

/** A line with its LF. */
export interface WholeLine {
  readonly start: number
  readonly end: number
  /** Without the LF; null: longer than was to be taken. */
  readonly bytes: Buffer | null
  /** The bytes before `end`, and back to before `start`; null: there are too many. */
  readonly before: Buffer | null
}

export interface WholeLines {
  readonly lines: readonly WholeLine[]
  /** There may be more behind them now. */
  readonly more: boolean
}

const none: WholeLines = { lines: [], more: false }

/** What is known of a long line without an end. */
interface Unfinished {
  readonly start: number
  /** No LF stood before this when it was looked at. */
  readonly scannedTo: number
  readonly delayMs: number
  readonly lookAgainAt: number
}

export class LineReader {
  readonly #file: FollowedFile
  readonly #maxBytes: number
  #unfinished: Unfinished | null = null

  constructor(file: FollowedFile, maxBytes: number) {
    this.#file = file
    this.#maxBytes = maxBytes
  }

  async read(nowMs: number): Promise<WholeLines | FollowChange['what']> {
    const { position, size } = this.#file
    if (await this.#isToWait(nowMs)) {
      const same = await this.#file.look(1)
      return typeof same === 'string' ? same : none
    }
    const wanted = Math.max(1, Math.min(blockBytes, size - position))
    const block = await this.#file.look(wanted)
    if (typeof block === 'string') return block
    const lines = this.#linesIn(block)
    if (lines.length > 0) {
      this.#unfinished = null
      return { lines, more: block.full }
    }
    if (wanted < blockBytes) return none
    return this.#readLong(nowMs)
  }

  #linesIn(block: Block): WholeLine[] {
    const lines: WholeLine[] = []
    let start = block.position
    for (let end = block.lineEnd(start); end !== null; end = block.lineEnd(start)) {
      const tooLong = end - 1 - start > this.#maxBytes
      const bytes = tooLong ? null : block.between(start, end - 1)
      lines.push({ start, end, bytes, before: block.between(block.start, end) })
      start = end
    }
    return lines
  }

  /** A long line had no end when it was looked at last, and none has come behind that. */
  async #isToWait(nowMs: number): Promise<boolean> {
    const known = this.#unfinished
    const { position, size, finished } = this.#file
    if (known === null || finished || known.start !== position || size < known.scannedTo) return false
    if (nowMs >= known.lookAgainAt) return false
    if ((await this.#findEnd(known.scannedTo, size)) !== null) return false
    this.#unfinished = { ...known, scannedTo: size }
    return true
  }

  async #readLong(nowMs: number): Promise<WholeLines | FollowChange['what']> {
    const { position, size } = this.#file
    const end = await this.#findEnd(position, size)
    if (end === null) {
      this.#unfinished = this.#delay(nowMs, position, size)
      return none
    }
    this.#unfinished = null
    if (end - 1 - position > this.#maxBytes) {
      return { lines: [{ start: position, end, bytes: null, before: null }], more: true }
    }
    const block = await this.#file.look(end - position)
    return typeof block === 'string' ? block : { lines: this.#linesIn(block), more: true }
  }

  #delay(nowMs: number, start: number, scannedTo: number): Unfinished {
    const known = this.#unfinished?.start === start ? this.#unfinished : null
    const least = (scannedTo - start) / bytesPerMs
    const delayMs = Math.min(longestDelayMs, Math.max(least, 2 * (known?.delayMs ?? 0)))
    return { start, scannedTo, delayMs, lookAgainAt: nowMs + delayMs }
  }

  /** Behind the first LF in [from, to); null: there is none. Keeps nothing of what it reads. */
  async #findEnd(from: number, to: number): Promise<number | null> {
    const bytes = Buffer.allocUnsafeSlow(Math.min(blockBytes, Math.max(0, to - from)))
    for (let at = from; at < to;) {
      const read = await this.#file.file.readAt(bytes.subarray(0, Math.min(bytes.length, to - at)), at)
      const lf = bytes.subarray(0, read).indexOf(0x0a)
      if (lf >= 0) return at + lf + 1
      if (read === 0) return null
      at += read
    }
    return null
  }
}
