// The whole of a file by scans of its segments, several at once, given in the order of the file.

import type { ScanResult } from '../door/scan-area.js'
import type { ScanPool } from './scan-pool.js'

/** How many segments are scanned, or wait with their result, for each scan that can run. */
const aheadPerScan = 2

interface Segment {
  readonly end: number
  readonly scan: Promise<ScanResult>
}

/** Segment after segment, while those behind it are under way. */
function* segmentsOf(pool: ScanPool, size: number, segmentBytes: number): Generator<Segment> {
  const begun: Segment[] = []
  let start = 0
  do {
    while (start < size && begun.length < aheadPerScan * pool.width) {
      const end = Math.min(start + segmentBytes, size)
      const scan = pool.scan(start, end)
      // Its failure is told when its turn comes, if that comes.
      scan.catch(() => undefined)
      begun.push({ end, scan })
      start = end
    }
    const next = begun.shift()
    if (next !== undefined) yield next
  } while (begun.length > 0 || start < size)
}

/**
 * The results for [0, size), in order: several for a segment with more findings than there is room for. None
 * comes behind the first that saw the file end. Throws AppendError.
 */
export async function* scanInOrder(
  pool: ScanPool,
  size: number,
  segmentBytes: number,
): AsyncGenerator<ScanResult, void, undefined> {
  for (const { end, scan } of segmentsOf(pool, size, segmentBytes)) {
    let result = await scan
    yield result
    while (result.fileEnd === null && result.next < end) {
      result = await pool.scan(result.next, end)
      yield result
    }
    if (result.fileEnd !== null) return
  }
}
