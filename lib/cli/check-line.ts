// Is a line of input a record: one JSON value in strict UTF-8? And if not, why, in words.

import { isUtf8 } from 'node:buffer'

const SPACE = 0x20
const TAB = 0x09
const CR = 0x0d

/** What JSON, or white space before it, begins with. To be told so by an exception takes microseconds. */
const firstBytes = new Set(Buffer.from('{["-0123456789tfn \t\r'))

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * One JSON value in strict UTF-8.
 *
 * @remarks
 * After the check for UTF-8 the text is read as Latin-1, which takes half the time. Whether it is JSON is the
 * same either way: every byte from 0x80 on becomes a character from U+0080 on, which JSON allows in strings
 * and nowhere else.
 */
export function isRecord(line: Buffer): boolean {
  return firstBytes.has(line[0] ?? 0) && isUtf8(line) && isJson(line.toString('latin1'))
}

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === SPACE || byte === TAB || byte === CR)
}

function firstBadByte(line: Buffer): number {
  const mended = Buffer.from(line.toString())
  return line.findIndex((byte, at) => byte !== mended[at])
}

function parseError(text: string): string {
  try {
    JSON.parse(text)
    return 'no reason found'
  } catch (error) {
    return (error as Error).message
  }
}

/** Why a line is no record. */
export function explainRefusal(line: Buffer): string {
  if (isBlank(line)) return 'blank line'
  if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) {
    return 'it starts with a byte order mark (EF BB BF), which JSON does not allow'
  }
  if (!isUtf8(line)) return `not UTF-8: byte ${firstBadByte(line) + 1} of the line`
  return `not JSON: ${parseError(line.toString())}`
}
