// One file that is followed: where reading stands in it, and what was read before that place. Each look reads
// those bytes again and compares, so that a file which was cut, emptied or filled anew under the reader is
// noticed, and no line is delivered twice for a fragment that was taken back.

import { Checkpoints, fingerprint, type Checkpoint } from './checkpoints.js'
import type { FollowChange } from './options.js'
import type { Memory } from './copies.js'
import type { FileIdentity } from './file-identity.js'
import { agreeing, lineBoundary } from './remembered.js'
import type { ReadingFile } from '../reading-file.js'
import { SizeSamples } from './size-samples.js'

/** Remembered of the file's start. */
export const headBytes = 256
/** Remembered before the position. */
const windowBytes = 16 * 1024
/** So much must be as it was for the rest to count as replaced, and not the whole file. */
const proofBytes = 1024

/** Contents that were replaced in place, copytruncate say, of which so many are remembered. */
const mostFormer = 4
const formerBytes = 4096

/** Where reading stands, in a form that can be kept. */
export interface FilePosition extends FileIdentity {
  /** All before it was delivered or passed over. */
  readonly offset: number
  /** The bytes at the file's start, none behind `offset`. */
  readonly head: Uint8Array
  /** The bytes before `offset`. */
  readonly before: Uint8Array
  /** Places before the position to go back to. */
  readonly checkpoints: readonly Checkpoint[]
  /** Records that start before this are not wanted. */
  readonly threshold: number
  /** When the path was last seen to lead to it, in microseconds since 1970. */
  readonly seenAt: number
}

export class FollowedFile {
  readonly file: ReadingFile
  readonly identity: FileIdentity
  /** The path that is followed led here when it was opened. */
  readonly viaPath: boolean
  readonly samples: SizeSamples
  /** Records that start before are not wanted. */
  threshold = 0
  /** When the path was last seen to lead here, in microseconds since 1970. */
  seenAt: number
  /** Nobody can write to it any more. */
  finished = false
  size = 0
  #position = 0
  #head: Uint8Array = new Uint8Array(0)
  #window: Uint8Array = new Uint8Array(0)
  #checkpoints = new Checkpoints()
  #former: readonly Memory[] = []

  constructor(file: ReadingFile, identity: FileIdentity, viaPath: boolean, settleMs: number, seenAt: number) {
    this.file = file
    this.identity = identity
    this.viaPath = viaPath
    this.samples = new SizeSamples(settleMs)
    this.seenAt = seenAt
  }

  /** The offset at which the next line begins. */
  get position(): number {
    return this.#position
  }

  /** Of its content now, and of those that it had. */
  get memories(): readonly Memory[] {
    return [this.#memory(windowBytes), ...this.#former]
  }

  #memory(mostBefore: number): Memory {
    const before = Uint8Array.from(this.#window.subarray(-mostBefore))
    return { offset: this.#position, head: Uint8Array.from(this.#head), before }
  }

  /** Goes on where somebody stood before; the next look finds out whether that is still right. */
  resume(at: FilePosition): void {
    this.seenAt = Math.max(this.viaPath ? this.seenAt : 0, at.seenAt)
    this.threshold = at.threshold
    this.#position = at.offset
    this.#head = at.head
    this.#window = at.before
    this.#checkpoints = new Checkpoints(at.checkpoints)
  }

  /** Begins at this offset, whatever stands before it. */
  async placeAt(position: number): Promise<void> {
    this.#head = await this.#read(0, Math.min(headBytes, position))
    const start = Math.max(0, position - windowBytes)
    this.#window = await this.#read(start, position - start)
    this.#position = start + this.#window.length
  }

  async #read(start: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    return bytes.subarray(0, await this.file.readAt(bytes, start))
  }

  /** `block` holds the bytes before `end`, and back to the position at least. */
  pass(block: Uint8Array, end: number): void {
    const before = block.subarray(Math.max(0, block.length - windowBytes))
    const needed = Math.min(headBytes, end)
    // The block reaches back to the start for as long as the head is not complete.
    if (this.#head.length < needed) this.#head = Uint8Array.from(block.subarray(0, needed))
    this.#window = before
    this.#position = end
    this.#checkpoints.pass(before, end)
  }

  /** What is kept of it, with no more than so many bytes before the position. */
  toPosition(mostBefore: number): FilePosition {
    const { identity, threshold, seenAt } = this
    const before = this.#window.subarray(Math.max(0, this.#window.length - mostBefore))
    const checkpoints = this.#checkpoints.thinned()
    return { ...identity, offset: this.#position, head: this.#head, before, checkpoints, threshold, seenAt }
  }

  /**
   * Reads up to so many bytes from the position on. A string: what stood before the position is not there any
   * more, and the position was set to where reading goes on.
   */
  async look(length: number): Promise<Block | FollowChange['what']> {
    const window = this.#window
    const start = this.#position - window.length
    const bytes = Buffer.allocUnsafeSlow(window.length + length)
    const read = bytes.subarray(0, await this.file.readAt(bytes, start))
    const agreed = agreeing(window, read)
    if (agreed === window.length && (await this.#headAgrees(start))) {
      return new Block(read, start, this.#position, read.length === bytes.length)
    }
    return this.#resynchronise(start, read.subarray(0, agreed), read.length)
  }

  async #headAgrees(windowStart: number): Promise<boolean> {
    // Else the window holds it.
    if (windowStart === 0) return true
    const found = Buffer.alloc(this.#head.length)
    const read = await this.file.readAt(found, 0)
    return agreeing(this.#head, found.subarray(0, read)) === this.#head.length
  }

  async #resynchronise(start: number, agreed: Buffer, read: number): Promise<FollowChange['what']> {
    // All that is left is as it was: an end was cut off. Else much must be, for beginnings often are alike.
    const cut = agreed.length === read || agreed.length >= proofBytes
    const boundary = cut ? lineBoundary(agreed, agreed.length) : 0
    if (boundary > 0 && (await this.#headAgrees(start))) {
      this.#goBack(start + boundary, agreed.subarray(0, boundary))
      this.#lowerThreshold(start + agreed.length)
      return 'shortened'
    }
    const known = (await this.#headAgrees(headBytes)) ? await this.#lastAgreeing() : null
    if (known !== null) {
      this.#goBack(known.offset, known.before)
      this.#lowerThreshold(known.offset)
      return 'shortened'
    }
    this.#former = [this.#memory(formerBytes), ...this.#former].slice(0, mostFormer)
    this.#goBack(0, new Uint8Array(0))
    this.threshold = 0
    return 'restarted'
  }

  #goBack(position: number, before: Uint8Array): void {
    this.#window = before
    this.#position = position
    this.#head = this.#head.subarray(0, position)
    this.#checkpoints.cut(position)
    this.samples.cut(position)
  }

  /** The last checkpoint before which all is as it was. */
  async #lastAgreeing(): Promise<{ offset: number; before: Uint8Array } | null> {
    for (const { offset, length, hash } of this.#checkpoints.upTo(await this.file.size())) {
      const before = await this.#read(offset - length, length)
      if (before.length === length && fingerprint(before) === hash) return { offset, before }
    }
    return null
  }

  /** The file is this long now. What comes behind is wanted, whatever stood there before. */
  noteSize(nowMs: number, size: number): void {
    this.size = size
    this.samples.note(nowMs, size)
    this.#lowerThreshold(size)
  }

  #lowerThreshold(end: number): void {
    this.threshold = Math.min(this.threshold, end)
  }
}

/** Bytes that were read, those before the position included. */
export class Block {
  readonly bytes: Buffer
  /** Where the bytes begin in the file. */
  readonly start: number
  /** Where the first line begins in the file. */
  readonly position: number
  /** As long as was asked for: there may be more behind it. */
  readonly full: boolean

  constructor(bytes: Buffer, start: number, position: number, full: boolean) {
    this.bytes = bytes
    this.start = start
    this.position = position
    this.full = full
  }

  get end(): number {
    return this.start + this.bytes.length
  }

  /** The bytes [from, to) of the file. */
  between(from: number, to: number): Buffer {
    return this.bytes.subarray(from - this.start, to - this.start)
  }

  /** Behind the next LF from the offset on; null: there is none. */
  lineEnd(from: number): number | null {
    const lf = this.bytes.indexOf(0x0a, from - this.start)
    return lf < 0 ? null : this.start + lf + 1
  }
}
