// The core's scan (src/core/scan.h) of a simulated file, the slow and obvious way. Blanks and line ends, which are
// no damage, are not listed: opening asks for none of them.

import { isBlank, isJsonValue, withoutMark } from '../../lib/tail-repair/json-line.js'
import { ScanCode } from '../../lib/door/scan-area.js'

const LF = 0x0a
const markBytes = 3
/** Places in the area, as the core knows them. */
const Place = { maxRecordBytes: 0, findingsMost: 1, lines: 3, records: 4, findings: 5, firstLine: 6, next: 7 }
const fileEndPlace = 8
const headerNumbers = 16
const findingNumbers = 5
/** Room that is left before the scan of a line begins. */
const findingsLeast = 4

/** Where the first line starts at `from` or behind it; null: none does. */
function lineFrom(bytes: Buffer, from: number): number | null {
  if (from === 0) return 0
  const lf = bytes.indexOf(LF, from - 1)
  return lf < 0 ? null : lf + 1
}

/** null: it is listed nowhere. */
function codeOf(text: Uint8Array, ended: boolean, longest: number): number | null {
  if (text.length > longest) return ScanCode.oversize
  if (isBlank(text)) return null
  if (isJsonValue(text)) return ended ? null : ScanCode.missingNewline
  return ended ? ScanCode.notJson : ScanCode.tornTail
}

/** Scans the lines that start in [start, end) and leaves the result in the area. */
export function simulateScan(bytes: Buffer, area: Uint8Array, start: number, end: number): void {
  const numbers = new Float64Array(area.buffer, area.byteOffset)
  const findingsMost = numbers[Place.findingsMost] ?? 0
  const longest = numbers[Place.maxRecordBytes] ?? 0
  const findings: number[][] = []
  let [lines, records, fileEnd] = [0, 0, -1]
  const from = lineFrom(bytes, start)
  const firstLine = from !== null && from < end ? from : -1
  if (from === null && end > bytes.length) fileEnd = bytes.length
  let at = firstLine < 0 ? end : firstLine
  while (at < end && findings.length + findingsLeast <= findingsMost) {
    if (at >= bytes.length) {
      fileEnd = bytes.length
      break
    }
    const lf = bytes.indexOf(LF, at)
    const line = bytes.subarray(at, lf < 0 ? bytes.length : lf)
    const text = withoutMark(line, at)
    const marked = text.length < line.length
    if (marked) findings.push([ScanCode.bom, at, markBytes, lines, 1])
    const code = codeOf(text, lf >= 0, longest)
    const next = lf < 0 ? bytes.length : lf + 1
    if (code !== null) findings.push([code, marked ? markBytes : at, next, lines, 1])
    if ((code === null && !isBlank(text)) || code === ScanCode.missingNewline) records++
    if (lf < 0) fileEnd = bytes.length
    // A mark alone is no line.
    if (lf >= 0 || text.length > 0) lines++
    at = next
  }
  numbers[Place.lines] = lines
  numbers[Place.records] = records
  numbers[Place.findings] = findings.length
  numbers[Place.firstLine] = firstLine
  numbers[Place.next] = at
  numbers[fileEndPlace] = fileEnd
  findings.forEach((finding, index) => {
    numbers.set(finding, headerNumbers + index * findingNumbers)
  })
}
