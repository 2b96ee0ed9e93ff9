// Does a file begin like something else than JSON Lines? Asked in the words of opening, so that check says so of the
// files that opening refuses.

import { isOtherFormat } from '../tail-repair/other-format.js'
import type { ReadingFile } from '../reading/reading-file.js'

/** As much as opening looks at. */
const headBytes = 64 * 1024
const byteOrderMark = Buffer.from('\uFEFF')

export async function beginsOtherwise(file: ReadingFile, size: number): Promise<boolean> {
  const bytes = Buffer.alloc(Math.min(size, headBytes))
  const head = bytes.subarray(0, await file.readAt(bytes, 0))
  const marked = head.subarray(0, byteOrderMark.length).equals(byteOrderMark)
  return isOtherFormat(marked ? head.subarray(byteOrderMark.length) : head, size <= headBytes)
}
