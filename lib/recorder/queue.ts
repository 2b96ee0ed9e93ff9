// What was given and is not yet in the file: batches of records, with barriers (flush, sync, reopen, close)
// at their places between them, in the order in which they were given (W4) and bounded (W8).

import type { Policy } from '../door/door.js'
import { LineContent } from '../door/line-encoder.js'
import { writeMostBytes } from '../door/native-door.js'
import type { AppendError } from '../errors/append-error.js'
import { isUint8Array } from '../is-bytes.js'
import { Batch, type Waiter } from './batch.js'
import { isWithin, refusal, tooLarge, type Limits } from './limits.js'
import { readyBatch, takeReady } from './ready-batch.js'
import { checkByteLine, checkTextLine } from './serialise.js'
import { roomForBytes, roomForText } from './text-line.js'

const capacityLeast = 4 * 1024
const capacityMost = 512 * 1024

/** So many batches in a row have to leave most of their room unused before the next gets less. */
const emptierLeast = 8

/** What a batch or barrier takes in memory besides its records, about; a few of them are not counted. */
const itemBytes = 512
const itemsNotCounted = 64

/** Something that is done after all records before it and before all behind it. */
export interface Barrier {
  readonly kind: 'flush' | 'sync' | 'reopen' | 'close'
  readonly policy: () => Policy<void>
  readonly settle: (error: AppendError | null) => void
}

export class RecordQueue {
  readonly #limits: Limits
  readonly #items: (Batch | Barrier)[] = []
  /** The last item, while records may still join it. */
  #open: Batch | null = null
  #capacity = capacityLeast
  /** Batches in a row that hardly filled. */
  #emptier = 0
  /** Bytes of records that wait or are on their way, LFs included. */
  pendingBytes = 0
  /** So many more bytes the open batch, or else the ready one, has room for, and the limits allow: it asks neither. */
  #allowance = 0
  /** With so many pending bytes no more is held than was asked about last. */
  #surelyHeld = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get empty(): boolean {
    return this.#items.length === 0
  }

  /** There are records in it, and not only barriers. */
  get hasRecords(): boolean {
    return this.#items.some((item) => item instanceof Batch)
  }

  /**
   * Puts a record at the end. The batch that took it tells where. Throws TypeError for what is no line, AppendError
   * for what there is no room for; then nothing has changed.
   */
  addText(text: string, content: LineContent): Batch {
    // No character takes more than three bytes, and to count them exactly takes time where caches are cold.
    const worst = roomForText(text) + 1
    const batch = this.#open ?? readyBatch(this.#capacity)
    if (worst > this.#allowance) {
      this.#lookForRoom(batch)
      if (worst > this.#allowance) return this.#addCounted(text, content)
    }
    const added = batch.addText(text, content)
    if (added === 0) return this.#addDoubtful(text, content)
    if (batch !== this.#open) this.#begin(batch)
    this.#allowance -= added
    this.pendingBytes += added
    return batch
  }

  /** For how many bytes of records there is room in the batch, and within the limits. */
  #lookForRoom(batch: Batch): void {
    const { maxBufferedBytes, maxRecordBytes } = this.#limits
    this.#allowance = Math.min(batch.free, maxBufferedBytes - this.heldBytes, maxRecordBytes)
  }

  /** The batch that stood ready has its first record. */
  #begin(batch: Batch): void {
    const allowance = this.#allowance
    takeReady()
    this.#push(batch)
    // Among many it counts itself.
    if (this.#items.length <= itemsNotCounted) this.#allowance = allowance
  }

  #addCounted(text: string, content: LineContent): Batch {
    const bytes = Buffer.byteLength(text)
    if (!this.#fits(bytes, bytes + 1)) checkTextLine(text, content)
    this.#refuseUnlessFits(bytes, bytes + 1)
    return this.#put(roomForBytes(bytes) + 1, text, content) ?? this.#addDoubtful(text, content)
  }

  /** It is no line, or could not be told for one. */
  #addDoubtful(text: string, content: LineContent): Batch {
    checkTextLine(text, content)
    return this.addBytes(Buffer.from(text), LineContent.known)
  }

  addBytes(record: Uint8Array, content: LineContent): Batch {
    if (!isUint8Array(record)) checkByteLine(record, content)
    const { length } = record
    if (!this.#fits(length, length + 1)) checkByteLine(record, content)
    this.#refuseUnlessFits(length, length + 1)
    return this.#put(roomForBytes(length) + 1, record, content) ?? this.#addDoubtfulBytes(record, content)
  }

  #addDoubtfulBytes(record: Uint8Array, content: LineContent): Batch {
    // What is judged is what is put: others may change it meanwhile.
    const copy = Uint8Array.from(record)
    checkByteLine(copy, content)
    return this.addBytes(copy, LineContent.known)
  }

  /**
   * Puts a record into a batch that has so much room for it. A new one becomes part of the queue only with the record:
   * it may be refused, or its array be detached. null: refused.
   */
  #put(room: number, record: string | Uint8Array, content: LineContent): Batch | null {
    const open = this.#open
    // More at once is cheaper: it grows, and a sync speaks for all that waits for it.
    const needed = (open?.length ?? 0) + room
    let capacity = this.#capacity
    while (open !== null && capacity < Math.min(needed, capacityMost)) capacity *= 2
    const joins = open !== null && (open.free >= room || needed <= capacity)
    if (joins && open.free < room) open.grow(capacity)
    const batch = joins ? open : new Batch(Math.max(capacity, room), false)
    const added = batch.add(record, content)
    if (added === 0) {
      if (!joins) batch.release()
      return null
    }
    if (!joins) this.#push(batch)
    this.#capacity = capacity
    this.pendingBytes += added
    // It may have grown, and this is not counted off.
    this.#allowance = 0
    return batch
  }

  #push(batch: Batch): void {
    this.#seal()
    this.#setOpen(batch)
    this.#items.push(batch)
  }

  #setOpen(batch: Batch | null): void {
    this.#open = batch
    this.#allowance = 0
    this.#surelyHeld = 0
  }

  /** Puts records that belong together into a batch of their own: one write, all or nothing. */
  addGroup(texts: readonly string[], sync: boolean, waiter: (ends: number[]) => Waiter): void {
    let bytes = 0
    for (const text of texts) {
      const length = Buffer.byteLength(text)
      this.#refuseUnlessFits(length, 0)
      bytes += length + 1
    }
    if (bytes > writeMostBytes) throw tooLarge(this.#limits, bytes, writeMostBytes, 'one write(2)')
    const { maxBufferedBytes } = this.#limits
    if (bytes > maxBufferedBytes) throw tooLarge(this.#limits, bytes, maxBufferedBytes, 'maxBufferedBytes')
    this.#refuseUnlessFits(0, bytes)
    const batch = new Batch(bytes, true)
    batch.sync = sync
    const ends: number[] = []
    for (const text of texts) {
      batch.addKnown(text)
      ends.push(batch.length)
    }
    batch.waiters.push(waiter(ends))
    this.pendingBytes += batch.length
    this.#seal()
    this.#items.push(batch)
  }

  addBarrier(barrier: Barrier): void {
    this.#seal()
    this.#items.push(barrier)
  }

  /** No record joins the last batch any more. */
  #seal(): void {
    if (this.#items.length > 1) this.#open?.trim()
    this.#setOpen(null)
  }

  /** The first item, if it is records; they may still be joined by others. */
  get firstBatch(): Batch | null {
    const [first] = this.#items
    return first instanceof Batch ? first : null
  }

  /** The first item; no record joins it any more. */
  take(): Batch | Barrier | undefined {
    const item = this.#items.shift()
    if (item !== undefined && item === this.#open) {
      if (item instanceof Batch) this.#learnCapacity(item)
      this.#setOpen(null)
    }
    return item
  }

  /**
   * Where batches hardly fill, the next need not be as large. Not after a single one: producers give more and less in
   * turn, and a batch that turns out too small is copied within a call of write.
   */
  #learnCapacity({ length, bytes }: Batch): void {
    this.#emptier = length < bytes.length / 4 ? this.#emptier + 1 : 0
    if (this.#emptier < emptierLeast) return
    this.#emptier = 0
    this.#capacity = Math.max(capacityLeast, this.#capacity / 2)
  }

  /** What could not be written goes first again. */
  putBack(batch: Batch): void {
    this.#items.unshift(batch)
    // It counts as one that waits again.
    this.#allowance = 0
    this.#surelyHeld = 0
  }

  /** Takes barriers out, wherever they stand. */
  takeBarriers(wanted: (barrier: Barrier) => boolean): Barrier[] {
    const taken: Barrier[] = []
    for (let at = 0; at < this.#items.length;) {
      const item = this.#items[at]
      if (item !== undefined && !(item instanceof Batch) && wanted(item)) {
        taken.push(item)
        this.#items.splice(at, 1)
      } else {
        at++
      }
    }
    return taken
  }

  /** A close waits behind what is in it. */
  get closes(): boolean {
    return this.#items.some((item) => !(item instanceof Batch) && item.kind === 'close')
  }

  /** Puts the next reopen or close first, before records that cannot be written. False: there is none. */
  bringForward(only?: 'reopen'): boolean {
    const at = this.#items.findIndex(
      (item) =>
        !(item instanceof Batch) && (item.kind === 'reopen' || (item.kind === 'close' && only === undefined)),
    )
    this.#items.unshift(...(at < 0 ? [] : this.#items.splice(at, 1)))
    return at >= 0
  }

  /** Takes out the records that somebody waits for; gives those who wait, and how many records that were. */
  dropAwaited(): { waiters: Waiter[]; records: number } {
    const waiters: Waiter[] = []
    let records = 0
    const kept: (Batch | Barrier)[] = []
    for (const item of this.#items) {
      if (!(item instanceof Batch) || item.waiters.length === 0) {
        kept.push(item)
        continue
      }
      waiters.push(...item.waiters)
      const rest = item.atomic ? null : item.rest(0, true)
      this.settled(item.length - (rest?.length ?? 0))
      records += item.records - (rest?.records ?? 0)
      if (rest !== null) kept.push(rest)
      item.release()
    }
    this.#items.splice(0, this.#items.length, ...kept)
    this.#setOpen(null)
    return { waiters, records }
  }

  /** Takes out the one record that this waiter waits for. */
  withdraw(waiter: Waiter): void {
    for (const [at, item] of this.#items.entries()) {
      if (!(item instanceof Batch) || !item.waiters.includes(waiter)) continue
      const others = item.waiters.filter((other) => other !== waiter)
      const rest = item.without(waiter, others)
      this.settled(item.length - (rest?.length ?? 0))
      if (item === this.#open) this.#setOpen(null)
      this.#items.splice(at, 1, ...(rest === null ? [] : [rest]))
      item.release()
      return
    }
  }

  /**
   * A batch was written, and its buffer is free: the next batch gets it now, and not within a call of write. What there
   * is room for is looked for now, too.
   */
  makeReady(): void {
    if (this.#open === null) this.#lookForRoom(readyBatch(this.#capacity))
  }

  /** Takes everything out: the recorder is closed and cannot write it any more. */
  takeAll(): (Batch | Barrier)[] {
    this.#setOpen(null)
    return this.#items.splice(0)
  }

  /** Bytes have left the queue for good. */
  settled(bytes: number): void {
    this.pendingBytes -= bytes
    // They may be kept instead.
    this.#surelyHeld = 0
  }

  /** Records that wait, what holds them, and those that a failed sync may make it necessary to write again. */
  get heldBytes(): number {
    const held = this.pendingBytes + this.#limits.keptBytes
    const items = this.#items.length - itemsNotCounted
    return items > 0 ? held + items * itemBytes : held
  }

  /** More than `most` is held; always asked with the same. */
  holdsMoreThan(most: number): boolean {
    if (this.pendingBytes <= this.#surelyHeld) return false
    const held = this.heldBytes
    if (held > most) return true
    this.#surelyHeld = this.pendingBytes + most - held
    return false
  }

  #fits(recordBytes: number, buffered: number): boolean {
    return isWithin(this.#limits, this.heldBytes, recordBytes, buffered)
  }

  #refuseUnlessFits(recordBytes: number, buffered: number): void {
    if (this.#fits(recordBytes, buffered)) return
    throw refusal(this.#limits, this.heldBytes, recordBytes, buffered)
  }
}
