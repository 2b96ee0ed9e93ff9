// The whole records that a damaged line still holds, found one after another. From left to right: where a whole
// object or array starts it is asked whether it is a record, and what is inside of it is not looked at, whatever
// the answer. Elsewhere the search goes on with the next byte; so a record is found in what would be a string of
// the fragment before it, too. Nothing that was found is held here: a line can hold millions.

import { JsonScanner, salvageMostDepth } from './json-scan.js'
import { isOpening } from './json-tokens.js'
import type { ValueInLine } from './whole-value.js'

/** A record that stands whole in a line. */
export type SalvagedRecord = ValueInLine

/** Is a whole object or array that stands in a damaged line a record, and not a part of one? */
export interface RecordTest {
  (value: unknown): boolean
  /** The same, of the value whose JSON text stands at [start, end): it need not be built. */
  readonly ofText?: (line: Buffer, start: number, end: number) => boolean
}

/** Its value is built when it is asked for. */
class FoundValue implements ValueInLine {
  readonly start: number
  readonly end: number
  readonly #line: Buffer
  #value: unknown = undefined

  constructor(line: Buffer, start: number, end: number) {
    this.#line = line
    this.start = start
    this.end = end
  }

  get value(): unknown {
    // It is an object or array.
    this.#value ??= JSON.parse(this.#line.toString('utf8', this.start, this.end)) as unknown
    return this.#value
  }
}

/** The search in one line; its time is linear in the line. Records can be gone through once. */
export class Salvage implements Iterable<SalvagedRecord> {
  /**
   * Of an object or array that starts the line and is not whole: the first byte with which it could not go
   * on; Infinity: it is too deep to tell. -1: a whole one starts there, or none. Known once a record was looked for.
   */
  startFailedAt = -1
  readonly #line: Buffer
  readonly #first: number
  readonly #isRecord: RecordTest
  readonly #scanner: JsonScanner
  #at: number
  /** Found, and not yet given; undefined: not yet looked for. */
  #ahead: FoundValue | null | undefined

  /** `first`: where the line's content starts, behind blanks. */
  constructor(line: Buffer, first: number, isRecord: RecordTest, maxDepth = salvageMostDepth) {
    this.#line = line
    this.#first = first
    this.#isRecord = isRecord
    this.#scanner = new JsonScanner(line, maxDepth)
    this.#at = first
  }

  /** For tests: bytes that were gone over. */
  get bytesScanned(): number {
    return this.#scanner.bytesScanned
  }

  /** The next record, which is not gone past; null: there is none. */
  peek(): SalvagedRecord | null {
    this.#ahead ??= this.#search()
    return this.#ahead
  }

  next(): SalvagedRecord | null {
    const found = this.peek()
    this.#ahead = undefined
    return found
  }

  *[Symbol.iterator](): Generator<SalvagedRecord, void, undefined> {
    for (let found = this.next(); found !== null; found = this.next()) yield found
  }

  /** How many are left. */
  count(): number {
    let count = 0
    while (this.next() !== null) count++
    return count
  }

  #search(): FoundValue | null {
    const line = this.#line
    while (this.#at < line.length) {
      const start = this.#at
      const end = isOpening(line[start]) ? this.#scanner.endOf(start) : -1
      if (end < 0) {
        if (start === this.#first && isOpening(line[start])) this.startFailedAt = this.#scanner.failedAt
        this.#at++
        continue
      }
      this.#at = end
      const found = new FoundValue(line, start, end)
      if (this.#isWanted(found)) return found
    }
    return null
  }

  #isWanted(found: FoundValue): boolean {
    const { ofText } = this.#isRecord
    return ofText === undefined ? this.#isRecord(found.value) : ofText(this.#line, found.start, found.end)
  }
}
