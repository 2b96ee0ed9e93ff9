// Where following begins in the first file. An offset inside a line begins at that line, with records only that
// start at the offset or behind it: the line may be a fragment that is taken back, and then the record that comes
// in its place is wanted.

import type { FollowedFile } from './followed-file.js'

const LF = 0x0a
const blockBytes = 64 * 1024

/** The start of the line that holds the byte before `offset`, or `offset` where that is an LF. */
async function lineStart(file: FollowedFile, offset: number): Promise<number> {
  for (let end = offset; end > 0;) {
    const block = Buffer.alloc(Math.min(blockBytes, end))
    const start = end - block.length
    const read = await file.file.readAt(block, start)
    const lf = block.subarray(0, read).lastIndexOf(LF)
    if (lf >= 0) return start + lf + 1
    end = start
  }
  return 0
}

export async function beginAt(file: FollowedFile, from: 'start' | 'end' | number): Promise<void> {
  if (from === 'start' || from === 0) return
  const size = await file.file.size()
  const offset = from === 'end' ? size : Math.min(from, size)
  await file.placeAt(await lineStart(file, offset))
  file.threshold = offset
}
