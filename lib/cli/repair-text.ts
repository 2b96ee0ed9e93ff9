// What came of a repair, for people and for machines.

import { printable } from '../printable.js'
import type { RepairReport } from '../repair/report.js'
import { reportToText } from './check-text.js'
import { errorToJson } from './error-report.js'
import { formatBytes, formatNoun } from './format.js'

function verdict({ action, tail, dryRun, output }: RepairReport): string {
  if (action === 'none') return 'nothing to repair'
  const mended = tail === 'completed' ? 'the missing line feed was added' : 'the torn last line was cut off'
  const done = action === 'tail' ? mended : output === null ? 'healed' : 'a healed copy was written'
  return dryRun ? `would be: ${done}` : done
}

function notes(report: RepairReport): string[] {
  const { salvaged, removedBytes, quarantine, damaged, output, left, late } = report
  const notes: string[] = []
  if (output !== null) notes.push(`the healed copy is ${printable(output)}`)
  if (report.action === 'rewritten' && salvaged > 0) {
    notes.push(`${formatNoun(salvaged, 'record')} saved from damaged lines`)
  }
  if (quarantine !== null) notes.push(`${formatBytes(removedBytes)} of damage in ${printable(quarantine)}`)
  if (damaged !== null) notes.push(`the original is ${printable(damaged)}`)
  if (left > 0) notes.push(`${formatNoun(left, 'line')} too long to be looked into, left as they are`)
  if (late !== null) {
    const where = `[${late.start}, ${late.end})`
    notes.push(`somebody appended to the original at the last moment: bytes ${where} are in it alone`)
  }
  return notes
}

/** With --dry-run, what was found comes first. */
export function repairToText(report: RepairReport, file: string): string {
  const found = report.dryRun ? `${reportToText({ ...report.check, path: file })}\n` : ''
  const first = `${printable(file)}: ${verdict(report)} (${formatNoun(report.records, 'record')})`
  return found + [first, ...notes(report)].join('\n  ')
}

export function repairToJson(report: RepairReport, file: string): string {
  const { check, ...done } = report
  const { bytes, lines, counts, damage, truncated } = check
  return JSON.stringify({
    ...{ type: 'repair', file },
    ...done,
    found: { bytes, lines, counts, damage, truncated },
    error: null,
  })
}

export function repairFailureToJson(file: string, error: Error): string {
  return JSON.stringify({ type: 'repair', file, error: errorToJson(error) })
}
