// One append, whole or not at all (W1, W3): write once, and judge what came of it. A short write is taken
// back to its last whole record; a write that landed behind somebody's unfinished line is blanked and done
// again. An append that simply succeeds is recognised by its caller and does not come here.

import type { ByteRange } from '../byte-range.js'
import type { Completion, DoorCall, Policy } from '../door/door.js'
import type { AppendError } from '../errors/append-error.js'
import { ownError, shortWriteError, systemError } from '../errors/make-error.js'
import {
  attemptBytes,
  contextOf,
  makeAttempt,
  notAppended,
  unsealed,
  type Appended,
  type Attempt,
  type Lines,
} from './attempt.js'
import { failedSync, poisonedError } from './poison.js'
import { settleOwed } from './owed.js'
import { takeBackShort } from './short-write.js'
import { lookBefore, undoSplice } from './splice.js'
import { markSynced, syncData, syncDirectories } from './sync-policy.js'
import type { TrackedFile } from './tracked-file.js'
import { standsInFile } from './verify-range.js'

/** How often a write that leaves nothing, for no stated reason, is tried before that is an error. */
const attemptsMost = 4

/** So many owed rollbacks are tried in vain before an append; closing tries them all. */
const owedTriedMost = 16

/**
 * Appends lines; whatever happens, says what stands in the file. `first`: what the first write gave, where the caller
 * has made it himself, without a seal.
 */
export function* appendLines(
  file: TrackedFile,
  lines: Lines,
  first: Completion | null = null,
): Policy<Appended> {
  for (let attempts = 1; attempts <= attemptsMost; attempts++) {
    const made = attempts === 1 ? first : null
    const failure = made === null ? yield* makeReady(file, lines) : null
    if (failure !== null) return notAppended(failure)
    // A line that others keep tearing into (3.3) is put behind an LF of its own in the end.
    if (attempts === attemptsMost) file.needsSeal = true
    const attempt = made === null ? makeAttempt(file, lines, attempts > 1) : unsealed(lines)
    const appended = yield* judge(file, attempt, made ?? (yield write(file, attempt)))
    if (appended !== null) return lines.sync ? yield* syncPart(file, appended) : appended
  }
  const rollback = file.rollbacks.at(-1) ?? null
  const left = rollback?.outcome === 'pending' || rollback?.outcome === 'none'
  const context = contextOf(file, lines, rollback?.range ?? null)
  const state = left ? 'pending' : 'failed'
  return notAppended(shortWriteError({ ...context, rollback, state, note: 'cut short each time' }))
}

/** What comes before a write. null: nothing stands in its way; nothing was written. */
function* makeReady(file: TrackedFile, lines: Lines): Policy<AppendError | null> {
  if (file.poisoned !== null) return poisonedError(file.poisoned, lines.length)
  if (lines.sync) {
    const unsynced = yield* syncDirectories(file, 'append to')
    // Nothing was written, though the file takes nothing more.
    if (unsynced !== null) return unsynced.derive({ state: 'failed', requested: lines.length })
  }
  if (file.owed.length > 0) yield* settleOwed(file, owedTriedMost)
  return null
}

function write(file: TrackedFile, { lines, bytes, offset, length }: Attempt): DoorCall {
  return lines.sync ? file.door.writeAndSync(bytes, offset, length) : file.door.write(bytes, offset, length)
}

/** A write that was cut short was not synced, and its whole records are to be (W5). */
function* syncPart(file: TrackedFile, appended: Appended): Policy<Appended> {
  if (appended.done === appended.spoilt || !file.unsynced || file.poisoned !== null) return appended
  const range = { start: appended.start + appended.spoilt, end: appended.start + appended.done }
  const failure = yield* syncData(file, 'append to', range)
  return failure === null ? appended : notAppended(failure)
}

/** null: nothing of it stands, and nothing speaks against another try. */
function* judge(file: TrackedFile, attempt: Attempt, completion: Completion): Policy<Appended | null> {
  const { errno, syscall } = completion
  if (errno !== 0 && syscall !== 'fdatasync' && syscall !== 'fsync' && syscall !== 'fcntl') {
    return failedWrite(file, attempt, completion)
  }
  const range: ByteRange = { start: completion.start, end: completion.end }
  const landed = range.end - range.start
  // Poisoned, whatever else: on this open file nothing can be made good any more (W6).
  if (errno !== 0) return failedWhole(file, attempt, range, completion)
  if (!(yield* isBelievable(file, attempt, range))) return yield* contradicted(file, attempt, range)

  const written = attemptBytes(attempt, 0, landed)
  const looks = attempt.seal === 0 && landed > 0
  const before = looks ? yield* lookBefore(file, range, written) : 'nothing'
  if (before === 'gone') return yield* contradicted(file, attempt, range)
  // Where nothing landed, nobody has looked at what others wrote up to there.
  if (landed > 0) {
    file.reach(range)
    file.appended(attempt.seal === 1)
  }
  if (before === 'bytes') return yield* undoSplice(file, attempt, range)
  if (landed < attempt.length) return yield* takeBackShort(file, attempt, range)
  // Blanks may be younger than our sync, and without them on the disk our line is not whole there (W5).
  if (attempt.lines.sync && before === 'nothing') markSynced(file, range.end)
  const { length } = attempt.lines
  return { start: range.start + attempt.seal, spoilt: 0, done: length, next: length, failure: null }
}

/** Written whole, and then its sync failed. */
function failedWhole(
  file: TrackedFile,
  attempt: Attempt,
  range: ByteRange,
  completion: Completion,
): Appended {
  file.reach(range)
  file.appended(attempt.seal === 1)
  return notAppended(failedSync(file, completion, contextOf(file, attempt.lines, range)))
}

/** Nothing landed; but after a failed lseek(2), which no regular file gives, nobody knows where. */
function failedWrite(file: TrackedFile, attempt: Attempt, completion: Completion): Appended {
  const context = contextOf(file, attempt.lines, null)
  if (completion.syscall !== 'lseek') return notAppended(systemError(completion, context))
  return notAppended(
    systemError(completion, {
      ...context,
      state: 'indeterminate',
      note: 'written, but its place is unknown',
    }),
  )
}

/**
 * An append cannot start before the end that we saw, unless the file was cut since; then the bytes stand
 * where the kernel says. If they do not, the report of success was untrue.
 */
function* isBelievable(file: TrackedFile, attempt: Attempt, range: ByteRange): Policy<boolean> {
  if (range.start >= file.end && !file.verifyRanges) return true
  return yield* standsInFile(file, range, attemptBytes(attempt, 0, range.end - range.start))
}

function* contradicted(file: TrackedFile, attempt: Attempt, range: ByteRange): Policy<Appended> {
  const size = yield file.door.size()
  if (size.errno === 0) file.end = size.end
  // What precedes the next append is unknown now.
  file.needsSeal = file.end > 0
  return notAppended(
    ownError('ERR_WRITE_CONTRADICTED', 'InvalidData', {
      ...contextOf(file, attempt.lines, range.start < 0 ? null : range),
      state: 'indeterminate',
      note: 'write(2) reported success, but the bytes are not where it ended',
    }),
  )
}
