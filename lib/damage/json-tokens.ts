// The tokens of strict JSON in strict UTF-8, read from bytes. Each function gives where its token ends; or,
// negative, `failure` of the first byte that cannot belong to it. What stands before that byte may still be the
// start of a token: where the line ends inside of one, that is the length of the line.

const QUOTE = 0x22
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b

export function isOpening(byte: number | undefined): boolean {
  return byte === OPEN_OBJECT || byte === OPEN_ARRAY
}

export function isJsonBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false
  const letter = byte | 0x20
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66)
}

/** Made again into the place by itself. */
export function failure(at: number): number {
  return -1 - at
}

/** The least and the most that the byte behind a first byte of UTF-8 can be; null: no such first byte. */
function secondByteRange(first: number): readonly [number, number] | null {
  if (first < 0xc2 || first > 0xf4) return null
  if (first === 0xe0) return [0xa0, 0xbf]
  if (first === 0xed) return [0x80, 0x9f]
  if (first === 0xf0) return [0x90, 0xbf]
  if (first === 0xf4) return [0x80, 0x8f]
  return [0x80, 0xbf]
}

function characterEnd(line: Uint8Array, start: number): number {
  const first = line[start] ?? 0
  const range = secondByteRange(first)
  if (range === null) return failure(start)
  const second = line[start + 1] ?? 0
  if (second < range[0] || second > range[1]) return failure(Math.min(start + 1, line.length))
  const end = start + (first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4)
  for (let at = start + 2; at < end; at++) {
    if (((line[at] ?? 0) & 0xc0) !== 0x80) return failure(Math.min(at, line.length))
  }
  return end
}

const escaped = new Set(Buffer.from('"\\/bfnrt'))

function escapeEnd(line: Uint8Array, start: number): number {
  const byte = line[start + 1]
  if (byte === undefined) return failure(line.length)
  if (byte !== 0x75) return escaped.has(byte) ? start + 2 : failure(start + 1)
  for (let at = start + 2; at < start + 6; at++) {
    if (!isHexDigit(line[at])) return failure(Math.min(at, line.length))
  }
  return start + 6
}

/** strict: bytes from 0x80 on must be UTF-8. */
export function stringEnd(line: Uint8Array, start: number, strict: boolean): number {
  let at = start + 1
  while (at < line.length) {
    const byte = line[at] ?? 0
    if (byte === QUOTE) return at + 1
    if (byte < 0x20) return failure(at)
    if (byte === BACKSLASH) at = escapeEnd(line, at)
    else if (byte >= 0x80 && strict) at = characterEnd(line, at)
    else at++
    if (at < 0) return at
  }
  return failure(line.length)
}

function digitsEnd(line: Uint8Array, start: number): number {
  if (!isDigit(line[start])) return failure(Math.min(start, line.length))
  let at = start + 1
  while (isDigit(line[at])) at++
  return at
}

function numberEnd(line: Uint8Array, start: number): number {
  let at = line[start] === 0x2d ? start + 1 : start
  at = line[at] === 0x30 ? at + 1 : digitsEnd(line, at)
  if (at >= 0 && line[at] === 0x2e) at = digitsEnd(line, at + 1)
  if (at < 0 || ((line[at] ?? 0) | 0x20) !== 0x65) return at
  const signed = line[at + 1] === 0x2b || line[at + 1] === 0x2d
  return digitsEnd(line, at + (signed ? 2 : 1))
}

const literals = new Map(['true', 'false', 'null'].map((text) => [text.charCodeAt(0), Buffer.from(text)]))

function literalEnd(line: Uint8Array, start: number, literal: Uint8Array): number {
  for (let at = 0; at < literal.length; at++) {
    if (line[start + at] !== literal[at]) return failure(Math.min(start + at, line.length))
  }
  return start + literal.length
}

/** Of a string, a number, true, false or null. */
export function scalarEnd(line: Uint8Array, start: number, strict: boolean): number {
  const byte = line[start] ?? 0
  if (byte === QUOTE) return stringEnd(line, start, strict)
  if (byte === 0x2d || isDigit(byte)) return numberEnd(line, start)
  const literal = literals.get(byte)
  return literal === undefined ? failure(start) : literalEnd(line, start, literal)
}
