// The value of a whole line: one JSON value in strict UTF-8 with nothing but blanks around it.

import { isAscii, isUtf8 } from 'node:buffer'
import { JsonScanner, salvageMostDepth } from './json-scan.js'
import { isJsonBlank, isOpening } from './json-tokens.js'

/** A JSON value in a line; bytes within the line, of its JSON text alone. */
export interface ValueInLine {
  readonly value: unknown
  readonly start: number
  readonly end: number
}

/**
 * JSON.parse takes some 50 bytes for each bracket that is open, and says at the end that one was never closed.
 * Beyond this many bytes that is looked at first.
 */
const scannedFirstBytes = 1024 * 1024

const closings = new Map([
  [0x7b, 0x7d],
  [0x5b, 0x5d],
  [0x22, 0x22],
])

/** The line without the blanks around it, `[start, end)`; start is the length of a blank line. */
export function contentOf(line: Uint8Array): { start: number; end: number } {
  let start = 0
  let end = line.length
  while (isJsonBlank(line[start])) start++
  while (end > start && isJsonBlank(line[end - 1])) end--
  return { start, end }
}

/** Nothing but blanks of JSON, or nothing at all. */
export function isBlank(line: Uint8Array): boolean {
  return contentOf(line).start === line.length
}

/** Rules out, without an exception and without its memory, most of what JSON.parse would refuse. */
function mayBeWhole(line: Uint8Array, start: number, end: number, strict: boolean): boolean {
  const closing = closings.get(line[start] ?? 0)
  if (closing === undefined) return true
  if (line[end - 1] !== closing) return false
  if (end - start < scannedFirstBytes || !isOpening(line[start])) return true
  const scanner = new JsonScanner(line.subarray(start, end), salvageMostDepth, strict)
  const valueEnd = scanner.endOf(0)
  return valueEnd < 0 ? scanner.failedAt === Infinity : valueEnd === end - start
}

function decode(line: Buffer, start: number, end: number): string | null {
  if (isAscii(line)) return line.toString('latin1', start, end)
  return isUtf8(line) ? line.toString('utf8', start, end) : null
}

/** null: it is none. Throws where the line is longer than the longest string. */
export function wholeValue(line: Buffer): ValueInLine | null {
  const { start, end } = contentOf(line)
  if (start === end || !mayBeWhole(line, start, end, true)) return null
  const text = decode(line, start, end)
  if (text === null) return null
  try {
    return { value: JSON.parse(text) as unknown, start, end }
  } catch {
    return null
  }
}

/** The line would be one JSON value, but for bytes that are no UTF-8. */
export function isWholeButForUtf8(line: Buffer): boolean {
  const { start, end } = contentOf(line)
  if (isUtf8(line) || !mayBeWhole(line, start, end, false)) return false
  try {
    // Every byte from 0x80 on becomes a character that JSON allows in strings, and nowhere else.
    JSON.parse(line.toString('latin1', start, end))
    return true
  } catch {
    return false
  }
}
