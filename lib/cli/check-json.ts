// What came of a check, for machines: one JSON object a line.

import type { CheckReport } from '../check/check-report.js'
import { harmlessKinds, type Damage } from '../damage/damage.js'
import { errorToJson } from './error-report.js'

export function damageToJson(file: string, damage: Damage): string {
  return JSON.stringify({ type: 'damage', file, ...damage, harmless: harmlessKinds.has(damage.kind) })
}

export function summaryToJson(file: string, report: CheckReport, seconds: number): string {
  const { ok, otherFormat, bytes, lines, records, salvageable, counts } = report
  const rounded = Math.round(seconds * 1000) / 1000
  return JSON.stringify({
    ...{ type: 'summary', file, ok, otherFormat, bytes, lines, records, salvageable, counts },
    ...{ seconds: rounded, error: null },
  })
}

/** The summary of a file that could not be checked. */
export function failureToJson(file: string, error: Error): string {
  return JSON.stringify({ type: 'summary', file, ok: false, error: errorToJson(error) })
}
