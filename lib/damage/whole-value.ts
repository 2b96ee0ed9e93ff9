// The value of a whole line: one JSON value in strict UTF-8 with nothing but blanks around it.

import { isAscii, isUtf8 } from 'node:buffer'
import { isJsonBlank } from './json-tokens.js'
import { isJsonText } from './json-validator.js'

/** A JSON value in a line; bytes within the line, of its JSON text alone. */
export interface ValueInLine {
  readonly value: unknown
  readonly start: number
  readonly end: number
}

/**
 * JSON.parse takes some 50 bytes for each bracket that is open, and says at the end that one was never closed.
 * From this many bytes on it is asked only for the value of what is known to be JSON.
 */
const validatedBytes = 1024 * 1024

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

/** Rules out most of what is no JSON by its first and last byte. */
function endsAsItBegins(line: Uint8Array, start: number, end: number): boolean {
  const closing = closings.get(line[start] ?? 0)
  return closing === undefined || line[end - 1] === closing
}

function decode(line: Buffer, start: number, end: number): string | null {
  if (isAscii(line)) return line.toString('latin1', start, end)
  return isUtf8(line) ? line.toString('utf8', start, end) : null
}

/** null: it is none. Throws where the line is longer than the longest string. */
export function wholeValue(line: Buffer): ValueInLine | null {
  const { start, end } = contentOf(line)
  if (start === end || !endsAsItBegins(line, start, end)) return null
  if (end - start >= validatedBytes && !isJsonText(line.subarray(start, end), true)) return null
  const text = decode(line, start, end)
  if (text === null) return null
  try {
    return { value: JSON.parse(text) as unknown, start, end }
  } catch {
    return null
  }
}

/** The same as whether there is a whole value, which is not built. */
export function isWhole(line: Buffer): boolean {
  const { start, end } = contentOf(line)
  return endsAsItBegins(line, start, end) && isJsonText(line.subarray(start, end), true)
}

/** The line would be one JSON value, but for bytes that are no UTF-8. */
export function isWholeButForUtf8(line: Buffer): boolean {
  const { start, end } = contentOf(line)
  if (isUtf8(line) || !endsAsItBegins(line, start, end)) return false
  return isJsonText(line.subarray(start, end), false)
}
