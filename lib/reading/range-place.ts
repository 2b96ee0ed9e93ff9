// Where a range stands in its line: asked where the bytes of the range alone do not tell that they are a record and
// no part of one. Reads beside the range, over blanks only.

import { isJsonBlank } from '../damage/json-tokens.js'
import type { ReadingFile } from './reading-file.js'

const LF = 0x0a
const blockBytes = 16 * 1024
const byteOrderMark = Buffer.from('\uFEFF')

async function readBlock(file: ReadingFile, from: number, to: number): Promise<Buffer> {
  const block = Buffer.allocUnsafeSlow(to - from)
  return block.subarray(0, await file.readAt(block, from))
}

/** Nothing but blanks, left by an erased fragment perhaps, stands between the start of the line and `offset`. */
export async function startsLine(file: ReadingFile, offset: number): Promise<boolean> {
  for (let end = offset; end > 0;) {
    const start = Math.max(0, end - blockBytes)
    const block = await readBlock(file, start, end)
    const last = block.findLastIndex((byte) => byte === LF || !isJsonBlank(byte))
    if (block[last] === LF) return true
    if (last >= 0) return start === 0 && block.subarray(0, last + 1).equals(byteOrderMark)
    end = start
  }
  return true
}

/** Nothing but blanks, and no LF, stands between `offset` and the end of the file. */
export async function endsFile(file: ReadingFile, offset: number): Promise<boolean> {
  for (let start = offset; ;) {
    const block = await readBlock(file, start, start + blockBytes)
    if (block.some((byte) => byte === LF || !isJsonBlank(byte))) return false
    if (block.length < blockBytes) return true
    start += block.length
  }
}
