// Lines judged by the core's scan: six to ten times as fast as decoding and parsing each, and on the pool where the
// open is asynchronous. Its memory goes from one open to the next, so that a recorder keeps none of it.

import type { Policy } from '../door/door.js'
import { ScanArea, type ScanFinding } from '../door/scan-area.js'
import { systemError } from '../errors/make-error.js'
import type { TrackedFile } from '../append-file/tracked-file.js'

const KiB = 1024
const usual = { maxRecordBytes: 64 * KiB, findings: 64, blockBytes: 16 * KiB }

/** One that nobody scans with at the moment; null: it is lent, or was never needed. */
let spare: ScanArea | null = null

function takeArea(longest: number): ScanArea {
  if (longest > usual.maxRecordBytes) return new ScanArea({ ...usual, maxRecordBytes: longest })
  const area = spare ?? new ScanArea(usual)
  spare = null
  return area
}

function giveBack(area: ScanArea, longest: number): void {
  if (longest <= usual.maxRecordBytes) spare = area
}

export interface ScannedLines {
  /** How many of the lines are JSON values. */
  readonly records: number
  readonly findings: readonly ScanFinding[]
  /** Behind the last line. */
  readonly next: number
  /** Where the file ended in a line without LF, or before `end`; null: neither was seen. */
  readonly fileEnd: number | null
}

/**
 * Judges the lines that start in [start, end); those of more than `longest` bytes may be left out. Throws AppendError
 * where reading fails.
 */
export function* scanLines(
  file: TrackedFile,
  start: number,
  end: number,
  longest: number,
): Policy<ScannedLines> {
  const area = takeArea(longest)
  const findings: ScanFinding[] = []
  let records = 0
  // Again only where there was no room for all that was found.
  for (let from = start; ;) {
    const scanned = yield file.door.scan(area.bytes, from, end)
    if (scanned.errno !== 0) throw systemError(scanned, { path: file.path, action: 'open' })
    const { next, fileEnd, ...found } = area.result()
    records += found.records
    for (const finding of found.findings) findings.push(finding)
    if (next >= end || fileEnd !== null) {
      giveBack(area, longest)
      return { records, findings, next, fileEnd }
    }
    from = next
  }
}
