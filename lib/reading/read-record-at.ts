// One record by its range: one read, one parse. What is only a part of a record is refused.

import { resolvePath } from '../append-file/options.js'
import type { ByteRange } from '../byte-range.js'
import type { DamageKind } from '../damage/damage.js'
import { DamageError } from '../damage/damage-error.js'
import { excerptOf } from '../damage/excerpt.js'
import { inspectLine } from '../damage/inspect-line.js'
import { isOpening } from '../damage/json-tokens.js'
import { wholeValue, type ValueInLine } from '../damage/whole-value.js'
import { ownError } from '../errors/make-error.js'
import { checkRange } from './check-range.js'
import { endsFile, startsLine } from './range-place.js'
import { ReadingFile } from './reading-file.js'

const LF = 0x0a

/** The bytes of a range, without the LF at its end. */
interface Content {
  readonly line: Buffer
  readonly ended: boolean
  /** It is known already that the range begins where a line does. */
  readonly atLineStart: boolean
}

async function readContent(file: ReadingFile, { start, end }: ByteRange): Promise<Content> {
  // The byte before it tells whether a line begins there.
  const before = start === 0 ? 0 : 1
  const bytes = Buffer.allocUnsafeSlow(before + end - start)
  const read = await file.readAt(bytes, start - before)
  if (read < bytes.length) {
    throw ownError('ERR_BEYOND_END', 'InvalidInput', {
      path: file.path,
      action: 'read',
      note: `of the range [${start}, ${end}) the file holds ${Math.max(0, read - before)} bytes`,
    })
  }
  const ended = bytes.at(-1) === LF
  const line = bytes.subarray(before, ended ? -1 : undefined)
  return { line, ended, atLineStart: before === 0 || bytes[0] === LF }
}

/** An object or array shows both of its ends: in a damaged line a record may stand anywhere. */
function showsItsEnds({ line, ended }: Content, { start, end }: ValueInLine): boolean {
  return isOpening(line[start]) && start === 0 && (ended || end === line.length)
}

/** Why the value in the range is no record but a part of its line; null: it is one. */
async function partOfLine(
  file: ReadingFile,
  range: ByteRange,
  content: Content,
  whole: ValueInLine,
): Promise<DamageKind | null> {
  if (showsItsEnds(content, whole)) return null
  if (!content.atLineStart && !(await startsLine(file, range.start))) return 'headless'
  return content.ended || (await endsFile(file, range.end)) ? null : 'missing-newline'
}

function isAnyRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

async function valueIn(file: ReadingFile, range: ByteRange): Promise<unknown> {
  const content = await readContent(file, range)
  const { line, ended } = content
  const several = line.includes(LF)
  const whole = several ? null : wholeValue(line)
  const part = whole === null ? null : await partOfLine(file, range, content, whole)
  if (whole !== null && part === null) return whole.value
  const kind = part ?? inspectLine(line, true, isAnyRecord).kind ?? 'not-json'
  const what = part === null ? 'no record' : 'a part of a line'
  const notes = `${kind}${ended ? '' : ', without LF'}`
  throw new DamageError(
    file.path,
    { kind, ...range, line: 0, excerpt: excerptOf(line) },
    `${what}${several ? ', more than one line' : ''} (${notes})`,
  )
}

/**
 * The record at a range that an append, or a reader, gave.
 *
 * @remarks
 * One read and one parse. A range holds a record if it holds all of a line but blanks, its LF included (without it
 * only at the end of the file); or one object or array from its first byte to its last, for so stands a record that
 * readers salvaged from a damaged line. The rest of such a line is not looked at: an object inside of a record is not
 * told from one.
 *
 * Throws DamageError for every other range (its `kind` is what inspecting those bytes gave: `erased`, say, for a
 * record that was taken back; `headless` for a value that begins inside of a line, `missing-newline` for one whose
 * line goes on behind it), AppendError with code `ERR_BEYOND_END` where the file ends before the range does, and
 * AppendError where it cannot be opened or read.
 *
 * @param path - a path or a `file:` URL
 */
export async function readRecordAt(path: string | URL, range: ByteRange): Promise<unknown> {
  checkRange(range)
  const { start, end } = range
  const file = await ReadingFile.open(resolvePath(path))
  try {
    return await valueIn(file, { start, end })
  } finally {
    await file.close()
  }
}
