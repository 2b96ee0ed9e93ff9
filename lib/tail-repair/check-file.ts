// Is this a JSON Lines file at all, and are its last lines whole? Both look at a bounded part and change nothing.

import type { ByteRange } from '../byte-range.js'
import type { Policy } from '../door/door.js'
import { ScanCode, type ScanFinding } from '../door/scan-area.js'
import type { AppendError } from '../errors/append-error.js'
import { ownError } from '../errors/make-error.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import { isJsonValue, withoutMark } from './json-line.js'
import { scanLines } from './line-scan.js'
import { isOtherFormat } from './other-format.js'
import { readRange, type Tail } from './tail.js'

/** What tells the format of a file. */
export const headBytes = 64 * 1024

/** A damaged line before the last one, found by `verifyTail`. It is reported and left as it is. */
export interface DamagedLine {
  readonly kind: 'nul-run' | 'not-json'
  /** The line in bytes, LF included. */
  readonly range: ByteRange
}

export function otherFormatError(path: string, action: string, remedy: string): AppendError {
  const note = `it does not begin like JSON Lines, so nothing was changed; ${remedy}`
  return ownError('ERR_NOT_JSON_LINES', 'InvalidData', { path, action, note })
}

/** Throws AppendError of kind InvalidData for a file that does not begin with a record, not even a damaged one. */
export function* refuseOtherFormats(file: TrackedFile, size: number): Policy<void> {
  const first = yield* scanLines(file, 0, 1, headBytes)
  // A record decides it, whatever comes behind (test/tail-repair/same-judgement.test.ts).
  if (first.records === 1 && first.next <= headBytes) return
  const head = yield* readRange(file, 0, Math.min(size, headBytes))
  if (!isOtherFormat(withoutMark(head, 0), size <= headBytes)) return
  throw otherFormatError(file.path, 'open', "tornTail: 'seal' opens it all the same")
}

/** The range of each ended line before `end` that is no JSON value. */
function brokenLines(findings: readonly ScanFinding[], end: number): ByteRange[] {
  const marked = findings.some(({ code }) => code === ScanCode.bom)
  return findings
    .filter((finding) => finding.code === ScanCode.notJson && finding.end <= end)
    .map((finding) => {
      // The line that the mark stands in is told with it.
      const isFirst = marked && finding.line === 0
      return { start: isFirst ? 0 : finding.start, end: finding.end }
    })
}

function* nameDamage(file: TrackedFile, ranges: readonly ByteRange[]): Policy<DamagedLine[]> {
  const first = ranges[0]?.start ?? 0
  const block = yield* readRange(file, first, ranges.at(-1)?.end ?? 0)
  return ranges.map((range) => {
    const line = block.subarray(range.start - first, range.end - first)
    return { kind: line.includes(0) ? 'nul-run' : 'not-json', range }
  })
}

export interface LastLines {
  /** Damaged lines among the whole ones in the last `verifyTail` bytes before the tail. */
  readonly damage: readonly DamagedLine[]
  /** The tail is a complete JSON value; false also where that was not asked. */
  readonly tailIsValue: boolean
}

/** @param judgeTail - it has to be told what the tail is */
export function* lookAtLastLines(
  file: TrackedFile,
  { range, bytes }: Tail,
  verifyTail: number,
  judgeTail: boolean,
): Policy<LastLines> {
  const seen = Math.max(0, range.start - verifyTail)
  // What starts inside the file starts inside a line; the next one is the first that is known to be whole.
  const start = seen === 0 ? 0 : Math.min(seen + 1, range.start)
  const end = judgeTail ? range.end : range.start
  if (start >= end) return { damage: [], tailIsValue: false }
  const longest = Math.max(range.start - seen, end - range.start)
  const { findings, fileEnd } = yield* scanLines(file, start, end, longest)
  const ranges = brokenLines(findings, range.start)
  const damage = ranges.length === 0 ? [] : yield* nameDamage(file, ranges)
  if (!judgeTail || bytes === null) return { damage, tailIsValue: false }
  // Somebody has changed the end since it was read: what was read is what is judged.
  if (fileEnd !== range.end) return { damage, tailIsValue: isJsonValue(withoutMark(bytes, range.start)) }
  return { damage, tailIsValue: findings.some(({ code }) => code === ScanCode.missingNewline) }
}
