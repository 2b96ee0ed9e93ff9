// From what the scan found to what is told: the damage of a line by its own name, with an excerpt. The scan
// says which lines are no JSON; what they are is decided by inspect-line.ts, as everywhere.

import type { Damage, DamageKind } from '../damage/damage.js'
import { excerptOf } from '../damage/excerpt.js'
import { countRecords, type RecordTest } from '../damage/inspect-line.js'
import { learnShape } from '../damage/record-shape.js'
import { ScanCode, type ScanFinding } from '../door/scan-area.js'
import type { ReadingFile } from '../reading/reading-file.js'
import { LineWindow } from './line-window.js'

const LF = 0x0a
/** What is read of a line for its excerpt. */
const excerptBytes = 1024

/** Codes that say all; lines of others are looked into. */
const kinds: ReadonlyMap<number, DamageKind> = new Map<number, DamageKind>([
  [ScanCode.missingNewline, 'missing-newline'],
  [ScanCode.oversize, 'oversize'],
  [ScanCode.bom, 'bom'],
  [ScanCode.crlf, 'crlf'],
  [ScanCode.blank, 'blank'],
  [ScanCode.erased, 'erased'],
])

export interface Judgement {
  /** null: there is none, for somebody mended the line or cut it off since it was scanned. */
  readonly damage: Damage | null
  /** How many whole records are on the line that the scan did not count. */
  readonly records: number
}

/** The line is not there any more. */
const gone: Judgement = { damage: null, records: 0 }

function damageOf(finding: ScanFinding, kind: DamageKind, line: Buffer): Damage {
  const { start, end, lines } = finding
  const lf = line.indexOf(LF)
  return {
    kind,
    start,
    end,
    line: finding.line + 1,
    lines,
    excerpt: excerptOf(line.subarray(0, lf < 0 ? undefined : lf)),
  }
}

export class Judge {
  readonly #file: ReadingFile
  readonly #window: LineWindow
  #isRecord: RecordTest | null

  /** isRecord: null: learnt from the file, once it is needed. */
  constructor(file: ReadingFile, isRecord: RecordTest | null) {
    this.#file = file
    this.#window = new LineWindow(file)
    this.#isRecord = isRecord
  }

  async judge(finding: ScanFinding): Promise<Judgement> {
    const { code, start, end } = finding
    const kind = kinds.get(code)
    if (kind === undefined) return this.#inspect(finding)
    const line = await this.#window.read(start, Math.min(end, start + excerptBytes))
    return line.length === 0 ? gone : { damage: damageOf(finding, kind, line), records: 0 }
  }

  async #inspect(finding: ScanFinding): Promise<Judgement> {
    const { start, end } = finding
    const read = await this.#window.read(start, end)
    const cut = read.length < end - start
    const ended = finding.code === ScanCode.notJson && !cut
    // There is nothing, or something else.
    if (read.length === 0 || read.indexOf(LF) !== (ended ? read.length - 1 : -1)) return gone
    const line = ended ? read.subarray(0, -1) : read
    this.#isRecord ??= await learnShape(this.#file)
    const { kind, records } = countRecords(line, ended, this.#isRecord)
    const damage = kind === null ? null : damageOf({ ...finding, end: start + read.length }, kind, line)
    return { damage, records }
  }
}
