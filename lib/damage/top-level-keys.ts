// Which keys does an object have, by its JSON text: so that millions of objects, or one of many MB, are told apart
// without building them. The text is known to be whole, strict JSON.

import { isJsonBlank } from './json-tokens.js'

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** The longest that one UTF-16 unit of a key can be: an escape. */
const mostBytesPerUnit = 6

/** Has the object or array that starts there any content? */
export function isNonEmpty(text: Uint8Array, start: number): boolean {
  let at = start + 1
  while (isJsonBlank(text[at])) at++
  return text[at] !== CLOSE_OBJECT && text[at] !== CLOSE_ARRAY
}

/** Where the string ends that starts there. */
function closingEnd(text: Buffer, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const byte = text[at]
    if (byte === QUOTE) return at + 1
    if (byte === BACKSLASH) at++
  }
  return text.length
}

/** Looks for the same keys in many objects. */
export class KeySearch {
  readonly #keys: readonly string[]
  readonly #mostBytes: number

  constructor(keys: readonly string[]) {
    this.#keys = keys
    this.#mostBytes = 2 + mostBytesPerUnit * Math.max(0, ...keys.map(({ length }) => length))
  }

  /** Has the object at [start, end) all of them, itself and not somewhere inside? */
  hasAll(text: Buffer, start: number, end: number): boolean {
    if (this.#keys.length === 0) return true
    const missing = new Set(this.#keys)
    let depth = 0
    let beforeKey = false
    for (let at = start; at < end; at++) {
      const byte = text[at]
      if (byte === QUOTE) {
        const stringEnd = closingEnd(text, at)
        if (beforeKey && this.#ticksOff(missing, text, at, stringEnd) && missing.size === 0) return true
        beforeKey = false
        at = stringEnd - 1
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        depth++
        beforeKey = depth === 1
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        depth--
      } else if (byte === COMMA) {
        beforeKey = depth === 1
      }
    }
    return false
  }

  #ticksOff(missing: Set<string>, text: Buffer, start: number, end: number): boolean {
    if (end - start > this.#mostBytes) return false
    const inside = text.toString('utf8', start + 1, end - 1)
    return missing.delete(inside.includes('\\') ? (JSON.parse(`"${inside}"`) as string) : inside)
  }
}
