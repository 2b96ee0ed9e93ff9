// A byte order mark at the start of a file belongs to no record.

import type { Line } from './read-lines.js'

const byteOrderMark = Buffer.from('\uFEFF')

/** The line without the mark, if it is the first one and has it. */
export function withoutMark(line: Line): Line {
  const { start, end, bytes, ended } = line
  if (start !== 0 || bytes?.subarray(0, byteOrderMark.length).equals(byteOrderMark) !== true) return line
  const { length } = byteOrderMark
  return { start: length, end, bytes: bytes.subarray(length), ended }
}
