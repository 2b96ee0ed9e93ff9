// The splice check (3.3): an append that did not start where this file's last one ended may stand behind
// another writer's unfinished line. Then it is blanked, all but its last LF, and done again. The LF stays
// because it ends the foreign line, and the next appender may already have found it before its own record
// and relied on it (W1).

import type { ByteRange } from '../byte-range.js'
import type { Policy } from '../door/door.js'
import { ownError } from '../errors/make-error.js'
import { attemptBytes, contextOf, LF, type Appended, type Attempt } from './attempt.js'
import { blank, type Rollback } from './rollback.js'
import type { TrackedFile } from './tracked-file.js'

const SPACE = 0x20
const blockBytes = 64 * 1024

/** Is there something else than blanks between the last LF before `start` and `start`? */
export function* isSpliced(file: TrackedFile, start: number): Policy<boolean> {
  if (start === file.end || start === 0) return false
  // Nearly always the one byte before is the LF. Only behind an erased fragment there is more to read.
  for (let end = start, want = 1; end > 0; want = blockBytes) {
    const block = new Uint8Array(Math.min(want, end))
    const read = yield file.door.readAt(block, end - block.length)
    // What cannot be read cannot be trusted.
    if (read.errno !== 0 || read.end !== end) return true
    for (let at = block.length - 1; at >= 0; at--) {
      if (block[at] === LF) return false
      if (block[at] !== SPACE) return true
    }
    end -= block.length
  }
  return false
}

/** null: it is blanked and may be tried again. */
export function* undoSplice(file: TrackedFile, attempt: Attempt, range: ByteRange): Policy<Appended | null> {
  const landed = range.end - range.start
  const rollback = yield* blank(file, { range, bytes: attemptBytes(attempt, 0, landed) })
  if (rollback.outcome === 'erased') {
    // Where no LF of ours ends the foreign line, the next write must.
    if (attemptBytes(attempt, 0, landed).at(-1) !== LF) file.needsSeal = true
    return null
  }
  return yield* keepUnspoilt(file, attempt, range, rollback)
}

/**
 * The bytes could not be blanked. The first record is spoilt, for it shares its line with the foreign one;
 * those behind it stand whole and are not done again, since nothing may be in the file twice (W3).
 */
function* keepUnspoilt(
  file: TrackedFile,
  attempt: Attempt,
  range: ByteRange,
  rollback: Rollback,
): Policy<Appended> {
  const landed = range.end - range.start
  const bytes = attemptBytes(attempt, 0, landed)
  const firstEnd = attempt.lines.atomic ? landed : bytes.indexOf(LF) + 1 || landed
  const done = attempt.lines.atomic ? landed : bytes.lastIndexOf(LF) + 1 || landed
  const spoiltRange = { start: range.start, end: range.start + firstEnd }
  file.owe({ range: spoiltRange, bytes: bytes.subarray(0, firstEnd) }, 'pending')
  if (done < landed) {
    const torn = { start: range.start + done, end: range.end }
    file.owe({ range: torn, bytes: bytes.subarray(done) }, 'pending')
  }
  const failure = ownError('ERR_SPLICED', 'InvalidData', {
    ...contextOf(file, attempt.lines, spoiltRange),
    state: 'pending',
    rollback: { ...rollback, range: spoiltRange },
    note: "landed behind another writer's unfinished line and could not be blanked",
  })
  return { start: range.start, spoilt: firstEnd, done, failure }
}
