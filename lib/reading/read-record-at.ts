// One record by its range: one read, one parse.

import { constants } from 'node:buffer'
import { checkInteger, resolvePath } from '../append-file/options.js'
import type { ByteRange } from '../byte-range.js'
import { DamageError } from '../damage/damage-error.js'
import { excerptOf } from '../damage/excerpt.js'
import { inspectLine } from '../damage/inspect-line.js'
import { wholeValue } from '../damage/whole-value.js'
import { ownError } from '../errors/make-error.js'
import { ReadingFile } from './reading-file.js'

const LF = 0x0a

async function readRange(path: string, { start, end }: ByteRange): Promise<Buffer> {
  const file = await ReadingFile.open(path)
  try {
    const bytes = Buffer.allocUnsafeSlow(end - start)
    const read = await file.readAt(bytes, start)
    if (read === bytes.length) return bytes
    throw ownError('ERR_BEYOND_END', 'InvalidInput', {
      path,
      action: 'read',
      note: `of the range [${start}, ${end}) the file holds ${read} bytes`,
    })
  } finally {
    await file.close()
  }
}

function explain(path: string, range: ByteRange, line: Buffer, ended: boolean): DamageError {
  const { kind } = inspectLine(line, true, (value) => typeof value === 'object' && value !== null)
  const { start, end } = range
  const several = line.includes(LF) ? ', more than one line' : ''
  return new DamageError(
    path,
    { kind: kind ?? 'not-json', start, end, line: 0, excerpt: excerptOf(line) },
    `no record${several} (${kind ?? 'not-json'}${ended ? '' : ', without LF'})`,
  )
}

/**
 * The record at a range that an append, or a reader, gave.
 *
 * @remarks
 * One read and one parse; nothing beside the range is looked at. Throws DamageError where the range holds
 * anything but one JSON value and its LF (its `kind` is what inspecting those bytes gave: `erased`, say, for a
 * record that was taken back), AppendError with code `ERR_BEYOND_END` where the file ends before the range does,
 * and AppendError where it cannot be opened or read.
 *
 * @param path - a path or a `file:` URL
 */
export async function readRecordAt(path: string | URL, range: ByteRange): Promise<unknown> {
  const { start, end } = range
  checkInteger('start', start, 0, Number.MAX_SAFE_INTEGER)
  checkInteger('end', end, start + 1, start + constants.MAX_STRING_LENGTH)
  const resolved = resolvePath(path)
  const bytes = await readRange(resolved, range)
  const ended = bytes.at(-1) === LF
  const line = ended ? bytes.subarray(0, -1) : bytes
  const whole = line.includes(LF) ? null : wholeValue(line)
  if (whole !== null) return whole.value
  throw explain(resolved, range, line, ended)
}
