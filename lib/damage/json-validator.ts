// Are bytes one strict JSON value, and nothing else? Read once, with one bit for each level of nesting, and no value
// is built: a line of any size and depth takes an eighth of its length at most.

import { isJsonBlank, isOpening, scalarEnd, stringEnd } from './json-tokens.js'

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

/** The brackets that are open: is each that of an object? */
class Levels {
  #objects = new Uint8Array(64)
  depth = 0

  push(object: boolean): void {
    const place = this.depth >>> 3
    if (place === this.#objects.length) {
      const larger = new Uint8Array(2 * place)
      larger.set(this.#objects)
      this.#objects = larger
    }
    const bit = 1 << (this.depth & 7)
    const others = (this.#objects[place] ?? 0) & ~bit
    this.#objects[place] = object ? others | bit : others
    this.depth++
  }

  pop(): void {
    this.depth--
  }

  /** Of the innermost one; at least one is open. */
  inObject(): boolean {
    const level = this.depth - 1
    return ((this.#objects[level >>> 3] ?? 0) & (1 << (level & 7))) !== 0
  }

  closes(byte: number, expected: number): boolean {
    if (this.depth === 0) return false
    if (byte === CLOSE_OBJECT)
      return this.inObject() && (expected === FIRST_KEY || expected === COMMA_OR_CLOSE)
    return !this.inObject() && (expected === FIRST_ELEMENT || expected === COMMA_OR_CLOSE)
  }
}

/**
 * One JSON value, perhaps with blanks around it.
 *
 * @param strict - bytes from 0x80 on must be UTF-8; else each is a character of a string
 */
export function isJsonText(text: Uint8Array, strict: boolean): boolean {
  const levels = new Levels()
  let expected = VALUE
  let at = 0
  while (at < text.length) {
    const byte = text[at] ?? 0
    if (isJsonBlank(byte)) {
      at++
    } else if (byte === COMMA && expected === COMMA_OR_CLOSE && levels.depth > 0) {
      expected = levels.inObject() ? KEY : VALUE
      at++
    } else if (byte === COLON && expected === KEY_COLON) {
      expected = VALUE
      at++
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (!levels.closes(byte, expected)) return false
      levels.pop()
      expected = COMMA_OR_CLOSE
      at++
    } else if (byte === QUOTE && (expected === KEY || expected === FIRST_KEY)) {
      at = stringEnd(text, at, strict)
      expected = KEY_COLON
    } else if (expected !== VALUE && expected !== FIRST_ELEMENT) {
      return false
    } else if (isOpening(byte)) {
      levels.push(byte === OPEN_OBJECT)
      expected = byte === OPEN_OBJECT ? FIRST_KEY : FIRST_ELEMENT
      at++
    } else {
      at = scalarEnd(text, at, strict)
      expected = COMMA_OR_CLOSE
    }
    if (at < 0) return false
  }
  return levels.depth === 0 && expected === COMMA_OR_CLOSE
}
