// The whole records that a damaged line still holds. From left to right: where a whole object or array starts
// it is asked whether it is a record, and what is inside of it is not looked at, whatever the answer. Elsewhere
// the search goes on with the next byte; so a record is found in what would be a string of the fragment before
// it, too.

import { JsonScanner, salvageMostDepth } from './json-scan.js'
import { isOpening } from './json-tokens.js'
import type { ValueInLine } from './whole-value.js'

/** A record that stands whole in a line. */
export type SalvagedRecord = ValueInLine

/** What was found in a line, and what its classification needs to know. */
export interface Salvage {
  readonly records: readonly SalvagedRecord[]
  /**
   * Of an object or array that starts the line and is not whole: the first byte with which it could not go
   * on; Infinity: it is too deep to tell. -1: a whole one starts there, or none.
   */
  readonly startFailedAt: number
  /** For tests: bytes that were gone over. */
  readonly bytesScanned: number
}

function parse(line: Uint8Array, start: number, end: number): unknown {
  const text = Buffer.from(line.buffer, line.byteOffset + start, end - start).toString()
  return JSON.parse(text) as unknown
}

/** `first`: where the line's content starts, behind blanks. Time is linear in the line. */
export function salvage(
  line: Uint8Array,
  first: number,
  isRecord: (value: unknown) => boolean,
  maxDepth = salvageMostDepth,
): Salvage {
  const scanner = new JsonScanner(line, maxDepth)
  const records: SalvagedRecord[] = []
  let startFailedAt = -1
  let at = first
  while (at < line.length) {
    const end = isOpening(line[at]) ? scanner.endOf(at) : -1
    if (end < 0) {
      if (at === first && isOpening(line[at])) startFailedAt = scanner.failedAt
      at++
      continue
    }
    const value = parse(line, at, end)
    if (isRecord(value)) records.push({ value, start: at, end })
    at = end
  }
  return { records, startFailedAt, bytesScanned: scanner.bytesScanned }
}
