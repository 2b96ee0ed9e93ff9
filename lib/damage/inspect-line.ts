// What is a line: one JSON value, or which damage, and which whole records does it hold all the same? The one
// place that decides it; readers, check and repair ask here. docs/damage.md tells of each kind.

import type { DamageKind } from './damage.js'
import { isHeadless } from './headless.js'
import { isOpening } from './json-tokens.js'
import { salvage, type Salvage, type SalvagedRecord } from './salvage.js'
import { contentOf, isWholeButForUtf8, wholeValue } from './whole-value.js'

export type { SalvagedRecord } from './salvage.js'

/** What a line is. */
export interface Inspection {
  /** null: exactly one JSON value, perhaps with blanks around it. */
  readonly kind: DamageKind | null
  /** The value of a whole line, whatever it is; of a damaged one what `isRecord` took, in order. */
  readonly records: readonly SalvagedRecord[]
}

/** A start that is cut off: it could go on, up to the first whole record or the end of the line. */
function isCutOff({ records, startFailedAt }: Salvage, length: number): boolean {
  return startFailedAt >= (records[0]?.start ?? length)
}

function kindOf(line: Buffer, first: number, found: Salvage): DamageKind {
  if (line.includes(0)) return 'nul-run'
  if (isWholeButForUtf8(line)) return 'bad-utf8'
  if (found.records[0]?.start === first) return 'glued'
  if (isOpening(line[first]) && isCutOff(found, line.length)) return 'torn-prefix'
  return isHeadless(line) ? 'headless' : 'not-json'
}

/**
 * Time is linear in the line. Where several kinds apply, it is the first in this order: `blank` or `erased`; null or
 * `missing-newline`; `torn-tail`; `nul-run`; `bad-utf8`; `glued`; `torn-prefix`; `headless`; `not-json`.
 *
 * @param line - without its LF, and at the start of a file without the byte order mark
 * @param ended - it had its LF
 * @param isRecord - is a whole object or array that stands in a damaged line a record, and not a part of one?
 */
export function inspectLine(
  line: Uint8Array,
  ended: boolean,
  isRecord: (value: unknown) => boolean,
): Inspection {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength)
  const { start: first } = contentOf(bytes)
  if (first === bytes.length) {
    const erased = bytes.length > 0 && bytes.every((byte) => byte === 0x20)
    return { kind: erased ? 'erased' : 'blank', records: [] }
  }
  const whole = wholeValue(bytes)
  if (whole !== null) return { kind: ended ? null : 'missing-newline', records: [whole] }
  const found = salvage(bytes, first, isRecord)
  return { kind: ended ? kindOf(bytes, first, found) : 'torn-tail', records: found.records }
}
