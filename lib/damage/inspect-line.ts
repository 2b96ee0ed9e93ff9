// What is a line: one JSON value, or which damage, and which whole records does it hold all the same? The one
// place that decides it; readers, check and repair ask here. docs/damage.md tells of each kind.

import type { DamageKind } from './damage.js'
import { isHeadless } from './headless.js'
import { isOpening } from './json-tokens.js'
import { Salvage, type RecordTest, type SalvagedRecord } from './salvage.js'
import { contentOf, isWhole, isWholeButForUtf8, wholeValue } from './whole-value.js'

export type { RecordTest, SalvagedRecord } from './salvage.js'

/** What a line is. */
export interface Inspection {
  /** null: exactly one JSON value, perhaps with blanks around it. */
  readonly kind: DamageKind | null
  /** The value of a whole line, whatever it is; of a damaged one what `isRecord` took, in order. */
  readonly records: readonly SalvagedRecord[]
}

/** The same; records are looked for and built only as they are gone through, once. */
export interface LazyInspection {
  readonly kind: DamageKind | null
  readonly records: Iterable<SalvagedRecord>
}

/** The same, of which only the number of records is wanted. */
export interface CountedInspection {
  readonly kind: DamageKind | null
  readonly records: number
}

/** A start that is cut off: it could go on, up to the first whole record or the end of the line. */
function isCutOff(salvage: Salvage, length: number): boolean {
  const firstRecord = salvage.peek()?.start ?? length
  return salvage.startFailedAt >= firstRecord
}

function kindOf(line: Buffer, first: number, salvage: Salvage): DamageKind {
  if (line.includes(0)) return 'nul-run'
  if (isWholeButForUtf8(line)) return 'bad-utf8'
  if (salvage.peek()?.start === first) return 'glued'
  if (isOpening(line[first]) && isCutOff(salvage, line.length)) return 'torn-prefix'
  return isHeadless(line) ? 'headless' : 'not-json'
}

/** null: it is not blank. */
function blankKind(line: Buffer, first: number): DamageKind | null {
  if (first < line.length) return null
  return line.length > 0 && line.every((byte) => byte === 0x20) ? 'erased' : 'blank'
}

function wholeKind(ended: boolean): DamageKind | null {
  return ended ? null : 'missing-newline'
}

/** Of a line that is neither blank nor whole; no record is gone past yet. */
function inspectDamaged(
  line: Buffer,
  first: number,
  ended: boolean,
  isRecord: RecordTest,
): { readonly kind: DamageKind; readonly records: Salvage } {
  const records = new Salvage(line, first, isRecord)
  return { kind: ended ? kindOf(line, first, records) : 'torn-tail', records }
}

function bufferOf(line: Uint8Array): Buffer {
  return Buffer.from(line.buffer, line.byteOffset, line.byteLength)
}

/** As inspectLine; memory does not grow with the number of records. */
export function inspectLazily(line: Uint8Array, ended: boolean, isRecord: RecordTest): LazyInspection {
  const bytes = bufferOf(line)
  const { start: first } = contentOf(bytes)
  const blank = blankKind(bytes, first)
  if (blank !== null) return { kind: blank, records: [] }
  const whole = wholeValue(bytes)
  if (whole !== null) return { kind: wholeKind(ended), records: [whole] }
  return inspectDamaged(bytes, first, ended, isRecord)
}

/** As inspectLine; values are built only where `isRecord` has to see them. */
export function countRecords(line: Uint8Array, ended: boolean, isRecord: RecordTest): CountedInspection {
  const bytes = bufferOf(line)
  const { start: first } = contentOf(bytes)
  const blank = blankKind(bytes, first)
  if (blank !== null) return { kind: blank, records: 0 }
  if (isWhole(bytes)) return { kind: wholeKind(ended), records: 1 }
  const { kind, records } = inspectDamaged(bytes, first, ended, isRecord)
  return { kind, records: records.count() }
}

/**
 * Time is linear in the line. Where several kinds apply, it is the first in this order: `blank` or `erased`; null or
 * `missing-newline`; `torn-tail`; `nul-run`; `bad-utf8`; `glued`; `torn-prefix`; `headless`; `not-json`.
 *
 * @param line - without its LF, and at the start of a file without the byte order mark
 * @param ended - it had its LF
 * @param isRecord - is a whole object or array that stands in a damaged line a record, and not a part of one?
 */
export function inspectLine(line: Uint8Array, ended: boolean, isRecord: RecordTest): Inspection {
  const { kind, records } = inspectLazily(line, ended, isRecord)
  return { kind, records: Array.from(records, ({ value, start, end }) => ({ value, start, end })) }
}
