// The records of a file, one after another, with their ranges: forwards or backwards, from and to any offset,
// in bounded memory.

import { resolvePath } from '../append-file/options.js'
import { isBlank, wholeValue } from '../damage/whole-value.js'
import { DamagedLines } from './damaged-lines.js'
import { foundRecord, type FoundRecord } from './found-record.js'
import { OneByOne } from './one-by-one.js'
import { readLinesBackward } from './read-lines-backward.js'
import { readLines, type Line } from './read-lines.js'
import { resolveReadOptions, type ReadRecordsOptions, type ResolvedReadOptions } from './read-options.js'
import { ReadingFile } from './reading-file.js'

/** Where the line ends that holds the byte before `offset`. */
async function lineEndAt(file: ReadingFile, offset: number): Promise<number> {
  const size = await file.size()
  if (offset === 0 || offset >= size) return Math.min(offset, size)
  for await (const lines of readLines(file, offset - 1, Infinity, 0)) {
    if (lines[0] !== undefined) return lines[0].end
  }
  return size
}

async function* linesBackward(
  file: ReadingFile,
  options: ResolvedReadOptions,
): AsyncGenerator<readonly Line[]> {
  const end = await lineEndAt(file, options.end)
  yield* readLinesBackward(file, options.start, end, options.maxRecordBytes)
}

async function* linesForward(
  file: ReadingFile,
  options: ResolvedReadOptions,
): AsyncGenerator<readonly Line[]> {
  const { start, end, maxRecordBytes } = options
  if (start >= end) return
  // The byte before tells whether a line starts there: if so, it ends an empty rest of a line.
  let rest = start > 0
  for await (const lines of readLines(file, Math.max(0, start - 1), Infinity, maxRecordBytes)) {
    const found = rest ? lines.slice(1) : lines
    rest = false
    const past = found.findIndex((line) => line.start >= end)
    yield past < 0 ? found : found.slice(0, past)
    if (past >= 0) return
  }
}

/** Those of a block at a time; what stands before damage is given before the damage is told. */
async function* recordBatches(
  path: string,
  options: ResolvedReadOptions,
): AsyncGenerator<FoundRecord[], void, undefined> {
  const { start, reverse } = options
  const file = await ReadingFile.open(path)
  try {
    const damaged = new DamagedLines(file, options)
    const counted = start === 0 && !reverse
    let number = 0
    let batch: FoundRecord[] = []
    for await (const lines of reverse ? linesBackward(file, options) : linesForward(file, options)) {
      for (const line of lines) {
        if (counted) number++
        const whole = line.ended && line.bytes !== null ? wholeValue(line.bytes) : null
        if (whole !== null) {
          batch.push(foundRecord(line, whole))
          continue
        }
        if (line.bytes !== null && isBlank(line.bytes)) continue
        yield batch
        batch = []
        yield* await damaged.recordsOf(line, number)
      }
      yield batch
      batch = []
    }
  } finally {
    await file.close()
  }
}

/**
 * The records of a JSON Lines file, in the order in which they stand there, with their ranges.
 *
 * @remarks
 * Lines end with LF alone. A byte order mark at the start of the file, blank lines and a CR before the LF are
 * passed over. What is there when reading gets there is read: a file that grows is read to the end that it has
 * then; with `reverse`, from the end that it has when reading begins. Memory is bounded by `maxRecordBytes`
 * and the value of one record, however large the file is. The file is open from the first record that is asked for
 * until the last one, or until the iteration is left.
 *
 * Throws DamageError for a damaged line (unless `onDamage` says otherwise), and AppendError where the file cannot
 * be opened or read.
 *
 * @param path - a path or a `file:` URL; made absolute at once
 */
export function readRecords(
  path: string | URL,
  options: ReadRecordsOptions = {},
): AsyncIterable<FoundRecord> & AsyncIterator<FoundRecord, undefined> {
  const resolved = resolveReadOptions(options)
  return new OneByOne(recordBatches(resolvePath(path), resolved), resolved.signal)
}
