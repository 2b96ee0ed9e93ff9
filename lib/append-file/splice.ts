// The splice check (3.3): an append that did not start where this file's last one ended may stand behind
// another writer's unfinished line. Then it is blanked, all but its last LF, and done again. The LF stays
// because it ends the foreign line, and the next appender may already have found it before its own record
// and relied on it (W1).

import type { ByteRange } from '../byte-range.js'
import { lookMostBytes, type Policy } from '../door/door.js'
import { ownError } from '../errors/make-error.js'
import { attemptBytes, contextOf, lacksOnlyLineFeed, LF, type Appended, type Attempt } from './attempt.js'
import { owe } from './owed.js'
import { blank, type Fragment, type Rollback } from './rollback.js'
import type { TrackedFile } from './tracked-file.js'

const SPACE = 0x20
const blockBytes = 64 * 1024

/**
 * What stands between the last LF before an append and the append: nothing, blanks alone, or somebody's bytes.
 * `gone`: our own do not stand there any more, since somebody has emptied the file meanwhile.
 */
export type Before = 'nothing' | 'blanks' | 'bytes' | 'gone'

/** Reads back from `end` over blanks to what is before them. */
function* lookPastBlanks(file: TrackedFile, from: number): Policy<Before> {
  for (let end = from; end > 0;) {
    const block = new Uint8Array(Math.min(blockBytes, end))
    const read = yield file.door.readAt(block, end - block.length)
    if (read.errno !== 0 || read.end !== end) return 'bytes'
    const last = block.findLastIndex((byte) => byte !== SPACE)
    if (last >= 0) return block[last] === LF ? 'blanks' : 'bytes'
    end -= block.length
  }
  return 'blanks'
}

export function* lookBefore(file: TrackedFile, range: ByteRange, written: Uint8Array): Policy<Before> {
  const { start } = range
  if (start === file.end || start === 0) return 'nothing'
  // Read along, to see that they are still there.
  const own = written.subarray(0, lookMostBytes)
  const there = new Uint8Array(1 + own.length)
  const read = yield file.door.readAt(there, start - 1)
  // What cannot be read cannot be trusted.
  if (read.errno !== 0) return 'bytes'
  if (read.end < start + own.length || Buffer.compare(there.subarray(1), own) !== 0) return 'gone'
  if (there[0] === LF) return 'nothing'
  return there[0] === SPACE ? yield* lookPastBlanks(file, start - 1) : 'bytes'
}

/** null: it is blanked and may be tried again. */
export function* undoSplice(file: TrackedFile, attempt: Attempt, range: ByteRange): Policy<Appended | null> {
  const landed = range.end - range.start
  const fragment = { range, bytes: attemptBytes(attempt, 0, landed), spliced: true }
  const rollback = yield* blank(file, fragment)
  file.rollbacks.push(rollback)
  if (rollback.outcome === 'erased') {
    // Where no LF of ours ends the foreign line, the next write must.
    if (attemptBytes(attempt, 0, landed).at(-1) !== LF) file.needsSeal = true
    return null
  }
  return yield* keepUnspoilt(file, attempt, range, rollback)
}

/** How many of the bytes, from the first on, may no longer stand as we wrote them. */
function* touchedBytes(file: TrackedFile, range: ByteRange, bytes: Uint8Array): Policy<number> {
  const there = new Uint8Array(bytes.length)
  const read = yield file.door.readAt(there, range.start)
  if (read.errno !== 0 || read.end !== range.end) return bytes.length
  let touched = bytes.length
  while (touched > 0 && there[touched - 1] === bytes[touched - 1]) touched--
  return touched
}

/**
 * How far the foreign line reaches: to the first LF of ours that blanking, before it failed, has not touched,
 * or to the end of what landed. Records behind it are on lines of their own.
 */
function* foreignLineBytes(file: TrackedFile, range: ByteRange, bytes: Uint8Array): Policy<number> {
  const touched = yield* touchedBytes(file, range, bytes)
  return bytes.indexOf(LF, touched) + 1 || bytes.length
}

function part(range: ByteRange, bytes: Uint8Array, from: number, to: number, spliced: boolean): Fragment {
  const place = { start: range.start + from, end: range.start + to }
  return { range: place, bytes: bytes.subarray(from, to), spliced }
}

function* leaveAndOwe(file: TrackedFile, fragment: Fragment): Policy<void> {
  file.leave(fragment)
  yield* owe(file, fragment)
}

/**
 * The bytes could not be blanked. What shares the foreign line is spoilt; records behind it stand whole and
 * are not done again, since nothing may be in the file twice (W3).
 */
function* keepUnspoilt(
  file: TrackedFile,
  attempt: Attempt,
  range: ByteRange,
  rollback: Rollback,
): Policy<Appended> {
  const landed = range.end - range.start
  const bytes = attemptBytes(attempt, 0, landed)
  const { atomic } = attempt.lines
  const glued = atomic ? landed : yield* foreignLineBytes(file, range, bytes)
  const whole = bytes.lastIndexOf(LF) + 1
  const first = part(range, bytes, 0, glued, true)
  yield* leaveAndOwe(file, first)
  if (glued < landed && whole < landed) yield* leaveAndOwe(file, part(range, bytes, whole, landed, false))
  const failure = ownError('ERR_SPLICED', 'InvalidData', {
    ...contextOf(file, attempt.lines, first.range),
    state: 'pending',
    rollback: { ...rollback, range: first.range },
    retryable: true,
    note: "landed behind another writer's unfinished line and could not be blanked",
  })
  // Some of a group may be readable now, so none of it is given again.
  const { length } = attempt.lines
  if (atomic) return { start: range.start, spoilt: length, done: length, next: length, failure }
  // What stands before it may be blanks that could not be read: then an LF is all that the last record lacks.
  const next = lacksOnlyLineFeed(attempt, landed) ? landed + 1 : whole
  return { start: range.start, spoilt: Math.min(glued, whole), done: whole, next, failure }
}
