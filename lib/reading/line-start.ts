// The first bytes of a line that is too long to be held, for its excerpt.

import type { ByteRange } from '../byte-range.js'
import { excerptBytes } from '../damage/excerpt.js'
import type { ReadingFile } from './reading-file.js'

const LF = 0x0a

/** Without its LF. */
export async function startOfLine(file: ReadingFile, line: ByteRange): Promise<Buffer> {
  const start = Buffer.alloc(Math.min(excerptBytes, line.end - line.start))
  const bytes = start.subarray(0, await file.readAt(start, line.start))
  const lf = bytes.indexOf(LF)
  return lf < 0 ? bytes : bytes.subarray(0, lf)
}
