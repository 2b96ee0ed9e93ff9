// What stands behind the last LF of a file, read backwards in blocks: opening costs the same at 1 KB and at
// 100 GB (3.4).

import type { ByteRange } from '../byte-range.js'
import type { Policy } from '../door/door.js'
import { systemError } from '../errors/make-error.js'
import type { TrackedFile } from '../append-file/tracked-file.js'

const LF = 0x0a
const KiB = 1024
/** The end of most files that end in an LF or a short tail. */
const firstBlockBytes = 4 * KiB
const secondBlockBytes = 64 * KiB - firstBlockBytes
const largestBlockBytes = 4 * 1024 * KiB

/** A longer tail is no torn record; it is not looked through. */
export const tailMostBytes = 256 * 1024 * 1024

export interface Tail {
  readonly range: ByteRange
  /** null: longer than {@link tailMostBytes}. */
  readonly bytes: Buffer | null
}

/** Reads bytes of the file; throws AppendError where that fails. Shorter than asked for: the file ends. */
export function* readRange(file: TrackedFile, start: number, end: number): Policy<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start)
  const read = yield file.door.readAt(bytes, start)
  if (read.errno !== 0) throw systemError(read, { path: file.path, action: 'open' })
  return bytes.subarray(0, read.end - read.start)
}

/** How much to read after so much; from 64 KiB on it doubles. */
function blockBytes(read: number): number {
  if (read === 0) return firstBlockBytes
  return read === firstBlockBytes ? secondBlockBytes : Math.min(read + 64 * KiB, largestBlockBytes)
}

/** The bytes behind the last LF; an empty range: the file ends with one. */
export function* readTail(file: TrackedFile, end: number): Policy<Tail> {
  const blocks: Buffer[] = []
  let start = end
  while (start > 0) {
    if (end - start > tailMostBytes) return { range: { start, end }, bytes: null }
    const from = Math.max(0, start - blockBytes(end - start))
    const block = yield* readRange(file, from, start)
    const lf = block.lastIndexOf(LF)
    blocks.unshift(block.subarray(lf + 1))
    start = lf >= 0 ? from + lf + 1 : from
    if (lf >= 0) break
  }
  const [bytes = Buffer.alloc(0)] = blocks
  return { range: { start, end }, bytes: blocks.length <= 1 ? bytes : Buffer.concat(blocks) }
}
