// What a check must find, the slow and obvious way: split on LF, isUtf8, JSON.parse.

import { isUtf8 } from 'node:buffer'
import { inspectLine } from '../../lib/damage/inspect-line.js'
import type { Damage, DamageKind } from '../../lib/damage/damage.js'

export interface Reference {
  lines: number
  records: number
  salvageable: number
  findings: Omit<Damage, 'excerpt'>[]
}

interface ReferenceLine {
  readonly start: number
  readonly end: number
  readonly text: Buffer
  readonly ended: boolean
}

function linesOf(bytes: Buffer, from: number): ReferenceLine[] {
  const lines: ReferenceLine[] = []
  let start = from
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] !== 0x0a) continue
    lines.push({ start, end: i + 1, text: bytes.subarray(start, i), ended: true })
    start = i + 1
  }
  if (start < bytes.length) {
    lines.push({ start, end: bytes.length, text: bytes.subarray(start), ended: false })
  }
  return lines
}

function isJson(text: Buffer): boolean {
  if (!isUtf8(text)) return false
  try {
    JSON.parse(text.toString())
    return true
  } catch {
    return false
  }
}

function kindsOf(
  line: ReferenceLine,
  reference: Reference,
  isRecord: (value: unknown) => boolean,
): DamageKind[] {
  const text = line.text.toString('latin1')
  if (/^[ \t\r]*$/.test(text)) return [/^ +$/.test(text) ? 'erased' : 'blank']
  if (isJson(line.text)) {
    reference.records++
    const kinds: DamageKind[] = /^ +[^ \t\r]/.test(text) ? ['erased'] : []
    if (!line.ended) kinds.push('missing-newline')
    else if (text.endsWith('\r')) kinds.push('crlf')
    return kinds
  }
  const { kind, records } = inspectLine(line.text, line.ended, isRecord)
  reference.salvageable += records.length
  return kind === null ? [] : [kind]
}

const runKinds: ReadonlySet<DamageKind> = new Set(['crlf', 'blank', 'erased'])

function add(findings: Omit<Damage, 'excerpt'>[], finding: Omit<Damage, 'excerpt'>): void {
  const last = findings.findLastIndex(({ kind }) => kind === finding.kind)
  const before = findings[last]
  if (!runKinds.has(finding.kind) || before?.end !== finding.start) findings.push(finding)
  else findings[last] = { ...before, end: finding.end, lines: before.lines + 1 }
}

/** Findings sorted by their start. */
export function referenceCheck(
  bytes: Buffer,
  maxRecordBytes: number,
  isRecord: (value: unknown) => boolean,
): Reference {
  const reference: Reference = { lines: 0, records: 0, salvageable: 0, findings: [] }
  const bom = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))
  if (bom) reference.findings.push({ kind: 'bom', start: 0, end: 3, line: 1, lines: 1 })
  if (bytes.length === 0) reference.findings.push({ kind: 'empty-file', start: 0, end: 0, line: 1, lines: 1 })
  for (const line of linesOf(bytes, bom ? 3 : 0)) {
    const { start, end, text } = line
    const oversize = text.length > maxRecordBytes
    reference.lines++
    for (const kind of oversize ? (['oversize'] as const) : kindsOf(line, reference, isRecord)) {
      add(reference.findings, { kind, start, end, line: reference.lines, lines: 1 })
    }
  }
  return reference
}
