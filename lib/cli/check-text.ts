// What came of the check of one file, for people.

import type { CheckReport } from '../check/check-report.js'
import { harmlessKinds, type Damage, type DamageKind } from '../damage/damage.js'
import { printable } from '../printable.js'
import { formatBytes, formatCount, formatNoun } from './format.js'

/** How many damaged lines the table shows. */
export const shownDamage = 20

/** What each kind that is no damage is called, for so many lines. */
const harmlessWords: Partial<Record<DamageKind, (lines: number) => string>> = {
  bom: () => 'a byte order mark at the start',
  crlf: (lines) => `${formatNoun(lines, 'line')} with CR LF`,
  blank: (lines) => formatNoun(lines, 'blank line'),
  erased: (lines) => `${formatNoun(lines, 'line')} with blanks where a fragment was erased`,
}

function countOf(report: CheckReport, harmless: boolean): number {
  const kinds = Object.entries(report.counts) as [DamageKind, number][]
  return kinds.reduce((sum, [kind, count]) => (harmlessKinds.has(kind) === harmless ? sum + count : sum), 0)
}

/** Columns as wide as their widest entry; the last one is left as it is. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row.map((text, column) => (column < row.length - 1 ? text.padEnd(widths[column] ?? 0) : text)).join('  '),
  )
}

function rowOf({ kind, line, start, end, excerpt }: Damage): string[] {
  return [formatCount(line), kind, `[${start}, ${end})`, excerpt]
}

function damageTable(report: CheckReport): string[] {
  const shown = report.damage.slice(0, shownDamage)
  if (shown.length === 0) return []
  const rows = table([['line', 'kind', 'bytes', 'how it begins'], ...shown.map(rowOf)])
  const left = countOf(report, false) - shown.length
  return left === 0 ? rows : [...rows, `and ${formatCount(left)} more; --json tells of each`]
}

function harmlessNotes({ counts }: CheckReport): string[] {
  const kinds = Object.entries(counts) as [DamageKind, number][]
  const notes = kinds.flatMap(([kind, lines]) => harmlessWords[kind]?.(lines) ?? [])
  return notes.length === 0 ? [] : [`no damage: ${notes.join(', ')}`]
}

function verdict(report: CheckReport): string {
  if (report.counts['empty-file'] !== undefined) return 'empty'
  return report.ok ? 'fine' : formatNoun(countOf(report, false), 'damaged line')
}

function formatNote({ otherFormat, ok }: CheckReport): string[] {
  if (!otherFormat || ok) return []
  return ['it does not begin like JSON Lines: text or another format? The recorder refuses to open it']
}

function salvageNote({ salvageable }: CheckReport): string[] {
  if (salvageable === 0) return []
  return [`${formatNoun(salvageable, 'whole record')} can be saved from damaged lines`]
}

/** One line, and more where something was found. */
export function reportToText(report: CheckReport): string {
  const { path, bytes, lines, records } = report
  const contents = `${formatNoun(records, 'record')} in ${formatNoun(lines, 'line')}, ${formatBytes(bytes)}`
  const details = [
    ...formatNote(report),
    ...damageTable(report),
    ...salvageNote(report),
    ...harmlessNotes(report),
  ]
  return [`${printable(path)}: ${verdict(report)} (${contents})`, ...details].join('\n  ')
}
