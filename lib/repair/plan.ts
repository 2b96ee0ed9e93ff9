// What is to be done about what was found, decided before anything is changed.

import type { CheckReport } from '../check/check-report.js'
import type { Damage } from '../damage/damage.js'
import { ReadingFile } from '../reading/reading-file.js'
import { headBytes, otherFormatError } from '../tail-repair/check-file.js'
import { withoutMark } from '../tail-repair/json-line.js'
import { isOtherFormat } from '../tail-repair/other-format.js'
import { tailMostBytes } from '../tail-repair/tail.js'
import { damagedLines } from './healed-copy.js'
import type { RepairReport } from './report.js'

export interface Plan {
  readonly action: RepairReport['action']
  readonly tail: RepairReport['tail']
}

/**
 * A last line is mended in place if it only lacks its LF, or if nothing in it is to be kept and it is proven that
 * nobody else has the file open. All else takes a healed copy, for which nothing of the original is changed.
 *
 * @param tail - the last line, if it is damaged
 */
export function planRepair(report: CheckReport, tail: Damage | null, proven: boolean): Plan {
  const damaged = damagedLines(report) - (report.counts.oversize ?? 0)
  if (damaged === 0) return { action: 'none', tail: 'none' }
  if (tail === null) return { action: 'rewritten', tail: 'none' }
  const completed = tail.kind === 'missing-newline'
  const removable = proven && report.salvageable === 0 && tail.end - tail.start <= tailMostBytes
  const inPlace = damaged === 1 && (completed || removable)
  return { action: inPlace ? 'tail' : 'rewritten', tail: completed ? 'completed' : 'cut' }
}

/**
 * Throws AppendError of kind InvalidData for a file that is not JSON Lines: it begins as none does, and has no more
 * whole records than damaged lines. The first alone could be damage of the first line; and a JSON value over
 * several lines has at most half of its lines whole.
 */
export async function refuseOtherFormat(path: string, report: CheckReport): Promise<void> {
  if (report.records > damagedLines(report)) return
  const file = await ReadingFile.open(path)
  try {
    const head = Buffer.alloc(Math.min(report.bytes, headBytes))
    const read = await file.readAt(head, 0)
    if (!isOtherFormat(withoutMark(head.subarray(0, read), 0), report.bytes <= headBytes)) return
  } finally {
    await file.close()
  }
  throw otherFormatError(path, 'repair', 'what is in it would be lost to its readers')
}
