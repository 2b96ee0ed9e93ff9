// Where does the object or array that starts at a byte end, if it is one at all? Strict JSON in strict UTF-8,
// read forwards with a stack of its own, and never twice in vain:
//
// A scan that fails leaves every bracket that it found open marked as dead, and a later scan that meets a dead
// bracket fails at once. So two scans that fail over the same byte read it differently: where one is in a
// string the other is not. They stay so, for both turn at each quote, and a backslash outside of a string ends
// a scan. Hence at most two scans fail over a byte. A scan that succeeds is followed by one behind its end. Time
// is linear in the line, whatever stands there.

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** What the next token has to be. */
const VALUE = 0
const FIRST_ELEMENT = 1
const FIRST_KEY = 2
const KEY = 3
const KEY_COLON = 4
const COMMA_OR_CLOSE = 5

/** Brackets in brackets, of a value that is looked for in a damaged line. A whole line may be deeper. */
export const salvageMostDepth = 10_000

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

// Each of the functions below reads one token and gives where it ends; or, negative, `failure` of the first byte
// that cannot belong to it. What stands before that byte may still be the start of a token: where the line ends
// inside one, that is the length of the line.

function failure(at: number): number {
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

function stringEnd(line: Uint8Array, start: number): number {
  let at = start + 1
  while (at < line.length) {
    const byte = line[at] ?? 0
    if (byte === QUOTE) return at + 1
    if (byte < 0x20) return failure(at)
    if (byte === BACKSLASH) at = escapeEnd(line, at)
    else if (byte >= 0x80) at = characterEnd(line, at)
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
function scalarEnd(line: Uint8Array, start: number): number {
  const byte = line[start] ?? 0
  if (byte === QUOTE) return stringEnd(line, start)
  if (byte === 0x2d || isDigit(byte)) return numberEnd(line, start)
  const literal = literals.get(byte)
  return literal === undefined ? failure(start) : literalEnd(line, start, literal)
}

/** The brackets of one scan that are open; of more than it holds, only the innermost. */
class OpenBrackets {
  readonly #starts: Uint32Array
  #dropped = 0
  #depth = 0

  constructor(capacity: number) {
    this.#starts = new Uint32Array(capacity)
  }

  /** How many are open and held. */
  get held(): number {
    return this.#depth - this.#dropped
  }

  get dropped(): number {
    return this.#dropped
  }

  clear(): void {
    this.#dropped = 0
    this.#depth = 0
  }

  innermost(): number {
    return this.#starts[(this.#depth - 1) % this.#starts.length] ?? 0
  }

  /** Gives the outermost one held where there is no room for it any more; else -1. */
  push(start: number): number {
    const { length } = this.#starts
    const outermost = this.held === length ? (this.#starts[this.#dropped % length] ?? 0) : -1
    if (outermost >= 0) this.#dropped++
    this.#starts[this.#depth % length] = start
    this.#depth++
    return outermost
  }

  pop(): void {
    this.#depth--
  }
}

/** Scans of one line. */
export class JsonScanner {
  /** Bytes that scans went over: for tests of how much work was done. */
  bytesScanned = 0
  /**
   * The first byte with which the last scan, which failed, could not go on: what it read before could be
   * the start of a value. Infinity: it was given up because the value is too deep.
   */
  failedAt = 0
  readonly #line: Uint8Array
  readonly #open: OpenBrackets
  /** One bit for each byte of the line. */
  #dead: Uint8Array | null = null

  constructor(line: Uint8Array, maxDepth: number) {
    this.#line = line
    this.#open = new OpenBrackets(Math.max(1, Math.min(maxDepth, line.length)))
  }

  /** Where the object or array ends whose bracket is at `start`; -1: none that is whole starts there. */
  endOf(start: number): number {
    if (this.#isDead(start)) return -1
    this.#open.clear()
    const end = this.#scan(start)
    if (end >= 0) return end
    while (this.#open.held > 0) {
      this.#bury(this.#open.innermost())
      this.#open.pop()
    }
    return -1
  }

  #isDead(at: number): boolean {
    return this.#dead !== null && ((this.#dead[at >>> 3] ?? 0) & (1 << (at & 7))) !== 0
  }

  #bury(at: number): void {
    this.#dead ??= new Uint8Array((this.#line.length >>> 3) + 1)
    this.#dead[at >>> 3] = (this.#dead[at >>> 3] ?? 0) | (1 << (at & 7))
  }

  #fail(start: number, at: number): -1 {
    this.bytesScanned += Math.min(at, this.#line.length) - start
    this.failedAt = at
    return -1
  }

  #scan(start: number): number {
    const line = this.#line
    let expected = VALUE
    let at = start
    while (at < line.length) {
      const byte = line[at] ?? 0
      if (isJsonBlank(byte)) {
        at++
      } else if (byte === COMMA && expected === COMMA_OR_CLOSE) {
        expected = this.#inObject() ? KEY : VALUE
        at++
      } else if (byte === COLON && expected === KEY_COLON) {
        expected = VALUE
        at++
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (!this.#closes(byte, expected)) return this.#fail(start, at)
        at++
        this.#open.pop()
        if (this.#open.held === 0) {
          if (this.#open.dropped > 0) return this.#tooDeep(start, at)
          this.bytesScanned += at - start
          return at
        }
        expected = COMMA_OR_CLOSE
      } else if (expected === KEY || expected === FIRST_KEY) {
        const end = byte === QUOTE ? stringEnd(line, at) : failure(at)
        if (end < 0) return this.#fail(start, -1 - end)
        at = end
        expected = KEY_COLON
      } else if (expected === VALUE || expected === FIRST_ELEMENT) {
        if (isOpening(byte)) {
          if (this.#isDead(at)) return this.#fail(start, at)
          const tooDeep = this.#open.push(at)
          if (tooDeep >= 0) this.#bury(tooDeep)
          expected = byte === OPEN_OBJECT ? FIRST_KEY : FIRST_ELEMENT
          at++
        } else {
          const end = scalarEnd(line, at)
          if (end < 0) return this.#fail(start, -1 - end)
          at = end
          expected = COMMA_OR_CLOSE
        }
      } else {
        return this.#fail(start, at)
      }
    }
    return this.#fail(start, at)
  }

  #tooDeep(start: number, at: number): -1 {
    this.#fail(start, at)
    this.failedAt = Infinity
    return -1
  }

  #inObject(): boolean {
    return this.#line[this.#open.innermost()] === OPEN_OBJECT
  }

  #closes(byte: number, expected: number): boolean {
    if (byte === CLOSE_OBJECT)
      return this.#inObject() && (expected === FIRST_KEY || expected === COMMA_OR_CLOSE)
    return !this.#inObject() && (expected === FIRST_ELEMENT || expected === COMMA_OR_CLOSE)
  }
}
