// Can a line begin inside of a record whose beginning is missing? There are then bytes which, put before the line,
// make an object or array of it that ends with one of the brackets of the line. Where the line begins is not
// known: between tokens, in a string, behind a backslash, in a number or a literal. Each is tried.

import { JsonScanner, salvageMostDepth } from './json-scan.js'
import { isJsonBlank, isOpening, scalarEnd, stringEnd } from './json-tokens.js'

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const CLOSE_OBJECT = 0x7d

const restOfScalar = /^(?:rue|ue|alse|lse|se|e|ull|ll|l|\d*(?:\.\d+)?(?:[eE][+-]?\d+)?|[+-]\d+)$/

/** Numbers that are longer do not happen. */
const scalarMostBytes = 1024

/** Where the rest of a number or a literal ends with which the line begins; -1: it begins with none. */
function restOfScalarEnd(line: Uint8Array): number {
  let end = 0
  while (end <= scalarMostBytes && /[-+.\w]/.test(String.fromCharCode(line[end] ?? 0))) end++
  const text = Buffer.from(line.subarray(0, end)).toString('latin1')
  return end > 0 && restOfScalar.test(text) ? end : -1
}

/** Where the rest of a string ends with which the line begins; negative: it begins with none. */
function restOfStringEnd(line: Uint8Array): number {
  let from = 0
  // Of a character that was cut.
  while (from < 3 && ((line[from] ?? 0) & 0xc0) === 0x80) from++
  return stringEnd(line, from - 1, true)
}

/** What stands before a byte of an object or array of which only the rest is known. */
type Before = 'unknown' | 'comma' | 'colon' | 'string' | 'value'

/** From `at` on, does it come to the bracket that closes it? */
function isClosed(line: Uint8Array, at: number, before: Before, scanner: JsonScanner): boolean {
  let maybeArray = true
  let maybeObject = true
  // Only the first item can lack what makes it one of an object.
  let first = true
  let hasKey = false
  const endItem = (): void => {
    if (!first && (before === 'string' || before === 'value')) maybeObject &&= hasKey
    first = false
    hasKey = false
  }
  while (at < line.length) {
    const byte = line[at] ?? 0
    if (isJsonBlank(byte)) {
      at++
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      if (before === 'comma' || before === 'colon') return false
      endItem()
      return byte === CLOSE_ARRAY ? maybeArray : maybeObject
    } else if (byte === COMMA) {
      if (before === 'comma' || before === 'colon') return false
      endItem()
      before = 'comma'
      at++
    } else if (byte === COLON) {
      if (hasKey || (before !== 'string' && before !== 'unknown')) return false
      maybeArray = false
      hasKey = true
      before = 'colon'
      at++
    } else {
      if (before === 'string' || before === 'value') return false
      const end = isOpening(byte) ? scanner.endOf(at) : scalarEnd(line, at, true)
      if (end < 0) return false
      before = byte === QUOTE ? 'string' : 'value'
      at = end
    }
  }
  return false
}

/** Time is linear in the line. */
export function isHeadless(line: Uint8Array): boolean {
  const scanner = new JsonScanner(line, salvageMostDepth)
  if (isClosed(line, 0, 'unknown', scanner)) return true
  const scalar = restOfScalarEnd(line)
  if (scalar >= 0 && isClosed(line, scalar, 'value', scanner)) return true
  const string = restOfStringEnd(line)
  if (string >= 0 && isClosed(line, string, 'string', scanner)) return true
  // Begun behind a backslash.
  const escaped = line[0] === QUOTE || line[0] === BACKSLASH ? stringEnd(line, 0, true) : -1
  return escaped >= 0 && isClosed(line, escaped, 'string', scanner)
}
