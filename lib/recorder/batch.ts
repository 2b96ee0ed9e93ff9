// Records that go to the file in one write, encoded one behind the other in one buffer.

import type { LineContent } from '../door/line-encoder.js'
import type { AppendError } from '../errors/append-error.js'
import { takeBuffer, giveBack } from './buffer-pool.js'
import { encodeInto } from './encode.js'
import { putBytes, putText } from './text-line.js'

const LF = 0x0a

/** Somebody who waits for records [start, end) of a batch, counted in bytes of its buffer. */
export interface Waiter {
  start: number
  end: number
  /** `base`: the file offset at which the batch's first byte stands. */
  acknowledge(base: number): void
  readonly fail: (error: AppendError) => void
}

export class Batch {
  bytes: Buffer
  length = 0
  records = 0
  /** All of it or nothing (appendAll). */
  readonly atomic: boolean
  /** To be synced before it is acknowledged. */
  sync = false
  /** In the order of their records. */
  readonly waiters: Waiter[] = []

  constructor(capacity: number, atomic: boolean) {
    this.bytes = takeBuffer(capacity)
    this.atomic = atomic
  }

  get free(): number {
    return this.bytes.length - this.length
  }

  /** Bytes outside [from, to) of records that nobody waits for: they came by write(). */
  unawaitedOutside(from: number, to: number): number {
    let unawaited = this.length - (to - from)
    for (const { start, end } of this.waiters) {
      if (end <= from || start >= to) unawaited -= end - start
    }
    return unawaited
  }

  /**
   * Adds a record, for which the caller has made room (text-line.ts), and its LF. Gives the bytes added; 0: it was
   * refused, and nothing was added.
   */
  add(record: string | Uint8Array, content: LineContent): number {
    if (typeof record === 'string') return this.addText(record, content)
    const { bytes, length } = this
    const taken = putBytes(bytes, length, record, content)
    return taken < 0 ? 0 : this.#endRecord(length + taken)
  }

  addText(text: string, content: LineContent): number {
    const { bytes, length } = this
    const taken = putText(bytes, length, text, content)
    return taken < 0 ? 0 : this.#endRecord(length + taken)
  }

  /** Adds a text that is a line, into no more room than its bytes and the LF take. */
  addKnown(text: string): number {
    const { length } = this
    return this.#endRecord(length + encodeInto(this.bytes, text, length))
  }

  #endRecord(end: number): number {
    const added = end + 1 - this.length
    this.bytes[end] = LF
    this.length = end + 1
    this.records++
    return added
  }

  /** How many records bytes [from, to) hold. */
  countRecords(from: number, to: number): number {
    if (from === 0 && to === this.length) return this.records
    let count = 0
    for (let at = this.bytes.indexOf(LF, from); at >= 0 && at < to; at = this.bytes.indexOf(LF, at + 1))
      count++
    return count
  }

  /**
   * What is left of it behind `from` as a batch of its own; with `dropAwaited` without the records that
   * somebody waits for. null: nothing. The waiters go over to it.
   */
  rest(from: number, dropAwaited: boolean): Batch | null {
    const behind = this.waiters.filter(({ start }) => start >= from)
    return dropAwaited ? this.#select(from, behind, []) : this.#select(from, [], behind)
  }

  /** The same batch without the record of one waiter. */
  without(waiter: Waiter, others: readonly Waiter[]): Batch | null {
    return this.#select(0, [waiter], others)
  }

  #select(from: number, dropped: readonly Waiter[], kept: readonly Waiter[]): Batch | null {
    const rest = new Batch(Math.max(1, this.length - from), this.atomic)
    rest.sync = this.sync
    rest.records = this.countRecords(from, this.length)
    // Where the part behind `at` moves to, from what was left out before it.
    let at = from
    for (const { start, end } of dropped) {
      rest.#copyFrom(this, at, start)
      rest.records -= this.countRecords(start, end)
      at = end
    }
    rest.#copyFrom(this, at, this.length)
    for (const waiter of kept) {
      let moved = from
      for (const { start, end } of dropped) if (end <= waiter.start) moved += end - start
      waiter.start -= moved
      waiter.end -= moved
      rest.waiters.push(waiter)
    }
    if (rest.length > 0) return rest
    rest.release()
    return null
  }

  #copyFrom(other: Batch, from: number, to: number): void {
    this.length += other.bytes.copy(this.bytes, this.length, from, to)
  }

  /** Makes room for so many bytes in all. */
  grow(capacity: number): void {
    this.#moveTo(takeBuffer(capacity))
  }

  /** No record joins it any more, and it has to wait: it holds no more than it needs (W8). */
  trim(): void {
    if (this.length * 2 <= this.bytes.length) this.#moveTo(takeBuffer(Math.max(1, this.length)))
  }

  #moveTo(buffer: Buffer): void {
    this.bytes.copy(buffer, 0, 0, this.length)
    giveBack(this.bytes)
    this.bytes = buffer
  }

  /** The buffer goes back; the batch must not be used any more. */
  release(): void {
    giveBack(this.bytes)
  }
}
