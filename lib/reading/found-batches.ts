// The records of one line in batches, forwards or backwards: a damaged line can hold millions, so of those that are
// not given yet only the ranges are kept, and their values are built when their batch is asked for.

import type { SalvagedRecord } from '../damage/inspect-line.js'
import type { ValueInLine } from '../damage/whole-value.js'
import { foundRecord, type FoundRecord } from './found-record.js'
import type { Line } from './read-lines.js'

/** A batch is full with one of them. */
const batchRecords = 1024
const batchBytes = 256 * 1024

function* batchesOf(line: Line, records: Iterable<ValueInLine>): Generator<FoundRecord[], void, undefined> {
  let batch: FoundRecord[] = []
  let bytes = 0
  for (const record of records) {
    batch.push(foundRecord(line, record))
    bytes += record.end - record.start
    if (batch.length < batchRecords && bytes < batchBytes) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

/** Start and end of each, one behind the other; a line is shorter than 4 GiB. */
function placesOf(records: Iterable<SalvagedRecord>): Uint32Array {
  let places = new Uint32Array(64)
  let length = 0
  for (const { start, end } of records) {
    if (length === places.length) {
      const larger = new Uint32Array(2 * length)
      larger.set(places)
      places = larger
    }
    places[length++] = start
    places[length++] = end
  }
  return places.subarray(0, length)
}

function* lastFirst(line: Buffer, records: Iterable<SalvagedRecord>): Generator<ValueInLine> {
  const places = placesOf(records)
  for (let at = places.length - 2; at >= 0; at -= 2) {
    const [start = 0, end = 0] = places.subarray(at, at + 2)
    yield { value: JSON.parse(line.toString('utf8', start, end)) as unknown, start, end }
  }
}

/** `reverse`: the last record first. */
export function foundBatches(
  line: Line,
  records: Iterable<SalvagedRecord>,
  reverse: boolean,
): Iterable<FoundRecord[]> {
  return batchesOf(line, reverse && line.bytes !== null ? lastFirst(line.bytes, records) : records)
}
