// A record as readers give it: its value, and the range that stands for it.

import type { ByteRange } from '../byte-range.js'
import { isJsonBlank } from '../damage/json-tokens.js'
import type { ValueInLine } from '../damage/whole-value.js'
import type { Line } from './read-lines.js'

/**
 * A record and where it stands. The range starts with its JSON text, and ends behind its LF if nothing but blanks
 * stand between the two, so that it is the range that the append gave; else where the JSON text ends.
 */
export interface FoundRecord extends ByteRange {
  readonly value: unknown
}

function endsLine(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (!isJsonBlank(bytes[at])) return false
  return true
}

export function foundRecord({ start, end, bytes, ended }: Line, record: ValueInLine): FoundRecord {
  const last = ended && bytes !== null && endsLine(bytes, record.end)
  return { value: record.value, start: start + record.start, end: last ? end : start + record.end }
}
