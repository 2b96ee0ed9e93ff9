// What of a file goes into its healed copy: stretches that are fine as they stand, whole records of damaged lines,
// and what is removed. In the order of the file and in bounded memory; the file is only read.

import type { ByteRange } from '../byte-range.js'
import { JoinedFindings } from '../check/join-findings.js'
import { LineWindow } from '../check/line-window.js'
import { scanInOrder } from '../check/scan-in-order.js'
import type { ScanPool } from '../check/scan-pool.js'
import type { DamageKind } from '../damage/damage.js'
import { inspectLazily } from '../damage/inspect-line.js'
import { learnShape } from '../damage/record-shape.js'
import { isBlank } from '../damage/whole-value.js'
import { ScanCode, type ScanFinding } from '../door/scan-area.js'
import { readLines } from '../reading/read-lines.js'
import type { ResolvedRepairOptions } from './options.js'

/**
 * - `kept`: bytes of the file as they stand, whole lines but perhaps for the LF of the last one;
 * - `record`: a whole record of a damaged line, without LF;
 * - `removed`: what is left of a damaged line; blanks are not told.
 */
export type Part = ByteRange &
  (
    | { readonly what: 'kept'; readonly oversize: boolean }
    | { readonly what: 'record'; readonly bytes: Buffer }
    | { readonly what: 'removed'; readonly bytes: Buffer; readonly kind: DamageKind }
  )

type Test = (value: unknown) => boolean

/** Findings that say nothing of what is to be copied: the lines are whole. A missing LF is added in the end. */
const wholeCodes: ReadonlySet<number> = new Set([ScanCode.crlf, ScanCode.missingNewline])

/**
 * Those of one scan at a time are sorted: a run of lines comes when it is over, perhaps behind what follows it. One that
 * goes on in the next scan is the last of its own.
 */
async function* findingsInOrder(
  pool: ScanPool,
  size: number,
  segmentBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<ScanFinding, number> {
  const joined = new JoinedFindings()
  const sorted = (findings: ScanFinding[]): ScanFinding[] =>
    findings.filter(({ code }) => !wholeCodes.has(code)).sort((one, other) => one.start - other.start)
  for await (const result of scanInOrder(pool, size, segmentBytes)) {
    signal?.throwIfAborted()
    yield* sorted(joined.add(result))
  }
  yield* sorted(joined.finish())
  return joined.end
}

function* removed(line: Buffer, offset: number, from: number, to: number, kind: DamageKind): Generator<Part> {
  const bytes = line.subarray(from, to)
  if (!isBlank(bytes)) yield { what: 'removed', start: offset + from, end: offset + to, bytes, kind }
}

/** A damaged line, cut into its whole records and what is between them; one after the other, for it can be millions. */
function* partsOfLine(line: Buffer, finding: ScanFinding, ended: boolean, isRecord: Test): Generator<Part> {
  const { start, end } = finding
  const { kind, records } = inspectLazily(line, ended, isRecord)
  if (kind === null) {
    yield { what: 'kept', start, end, oversize: false }
    return
  }
  let at = 0
  for (const record of records) {
    yield* removed(line, start, at, record.start, kind)
    const bytes = line.subarray(record.start, record.end)
    yield { what: 'record', start: start + record.start, end: start + record.end, bytes }
    at = record.end
  }
  yield* removed(line, start, at, line.length, kind)
}

export class HealedParts {
  readonly #pool: ScanPool
  readonly #window: LineWindow
  readonly #maxRecordBytes: number
  readonly #signal: AbortSignal | undefined
  #isRecord: Test | undefined

  constructor(pool: ScanPool, { maxRecordBytes, isRecord, signal }: ResolvedRepairOptions) {
    this.#pool = pool
    this.#window = new LineWindow(pool.file)
    this.#maxRecordBytes = maxRecordBytes
    this.#isRecord = isRecord
    this.#signal = signal
  }

  /** Throws AppendError where reading fails, and the signal's reason. */
  async *parts(size: number, segmentBytes: number): AsyncGenerator<Part, void, undefined> {
    let at = 0
    for await (const finding of findingsInOrder(this.#pool, size, segmentBytes, this.#signal)) {
      if (finding.start > at) yield { what: 'kept', start: at, end: finding.start, oversize: false }
      yield* this.#partsOf(finding)
      at = finding.end
    }
    if (size > at) yield { what: 'kept', start: at, end: size, oversize: false }
  }

  async *#partsOf(finding: ScanFinding): AsyncGenerator<Part, void, undefined> {
    const { code, start, end } = finding
    if (code === ScanCode.oversize) yield { what: 'kept', start, end, oversize: true }
    // Blanks may stand before a record.
    else if (code === ScanCode.erased) yield* this.#withoutBlanks(start, end)
    else if (code === ScanCode.notJson || code === ScanCode.tornTail) yield* await this.#salvage(finding)
  }

  async *#withoutBlanks(start: number, end: number): AsyncGenerator<Part, void, undefined> {
    for await (const lines of readLines(this.#pool.file, start, end, this.#maxRecordBytes)) {
      for (const line of lines) {
        if (line.bytes !== null && isBlank(line.bytes)) continue
        yield { what: 'kept', start: line.start, end: line.end, oversize: false }
      }
    }
  }

  async #salvage(finding: ScanFinding): Promise<Iterable<Part>> {
    this.#isRecord ??= await learnShape(this.#pool.file)
    const ended = finding.code === ScanCode.notJson
    const line = await this.#window.read(finding.start, ended ? finding.end - 1 : finding.end)
    return partsOfLine(line, finding, ended, this.#isRecord)
  }
}
