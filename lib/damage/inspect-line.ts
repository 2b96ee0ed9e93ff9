// What is a line: one JSON value, or which damage, and which whole records does it hold all the same? The one
// place that decides it; readers, check and repair ask here. docs/damage.md tells of each kind.

import { isUtf8 } from 'node:buffer'
import type { DamageKind } from './damage.js'
import { isHeadless } from './headless.js'
import { isJsonBlank, isOpening } from './json-scan.js'
import { salvage, type Salvage, type SalvagedRecord } from './salvage.js'

export type { SalvagedRecord } from './salvage.js'

export interface Inspection {
  /** null: exactly one JSON value, perhaps with blanks around it. */
  readonly kind: DamageKind | null
  /** The one value of a whole line; else what `isRecord` took, in order. */
  readonly records: readonly SalvagedRecord[]
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function wholeValue(line: Buffer, start: number, end: number): SalvagedRecord | null {
  if (!isUtf8(line)) return null
  try {
    return { value: JSON.parse(line.toString('utf8', start, end)) as unknown, start, end }
  } catch {
    return null
  }
}

/** Something that begins a line and is cut off: it could go on up to the first whole record, or the line's end. */
function isCutOff({ records, startFailedAt }: Salvage, length: number): boolean {
  return startFailedAt >= (records[0]?.start ?? length)
}

function kindOf(line: Buffer, first: number, last: number, found: Salvage): DamageKind {
  if (line.includes(0)) return 'nul-run'
  if (!isUtf8(line) && parses(line.toString('latin1', first, last))) return 'bad-utf8'
  if (found.records[0]?.start === first) return 'glued'
  if (isOpening(line[first]) && isCutOff(found, line.length)) return 'torn-prefix'
  return isHeadless(line, first) ? 'headless' : 'not-json'
}

/** line: without its LF; ended: it had one. */
export function inspectLine(
  line: Uint8Array,
  ended: boolean,
  isRecord: (value: unknown) => boolean,
): Inspection {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength)
  let first = 0
  while (isJsonBlank(bytes[first])) first++
  if (first === bytes.length) {
    const erased = bytes.length > 0 && bytes.every((byte) => byte === 0x20)
    return { kind: erased ? 'erased' : 'blank', records: [] }
  }
  let last = bytes.length
  while (isJsonBlank(bytes[last - 1])) last--
  const whole = wholeValue(bytes, first, last)
  if (whole !== null) return { kind: ended ? null : 'missing-newline', records: [whole] }
  const found = salvage(bytes, first, isRecord)
  return { kind: ended ? kindOf(bytes, first, last, found) : 'torn-tail', records: found.records }
}
