// Where does the object or array that starts at a byte end, if it is one at all? Strict JSON in strict UTF-8,
// read forwards with a stack of its own, and never twice in vain:
//
// A scan that fails leaves every bracket that it found open marked as dead, and a later scan that meets a dead
// bracket fails at once. So two scans that fail over the same byte read it differently: where one is in a
// string the other is not. They stay so, for both turn at each quote, and a backslash outside of a string ends
// a scan. Hence at most two scans fail over a byte. A scan that succeeds is followed by one behind its end. Time
// is linear in the line, whatever stands there.

import { failure, isJsonBlank, isOpening, scalarEnd, stringEnd } from './json-tokens.js'

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
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
        const end = byte === QUOTE ? stringEnd(line, at, true) : failure(at)
        if (end < 0) return this.#fail(start, failure(end))
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
          const end = scalarEnd(line, at, true)
          if (end < 0) return this.#fail(start, failure(end))
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
