// A write that was cut short: what is whole stays, the fragment behind it is taken back (W1, W3).
//
// A short write has no errno. To learn its cause, one LF is appended before anything is taken back: it
// fails with the cause, or it lands and has put an end to the torn line, which harms nobody; the second time
// a block of blanks before it asks for more room. (The rest of the record is never written on: another
// appender's record may already stand in between.)

import type { ByteRange } from '../byte-range.js'
import type { Completion, Policy } from '../door/door.js'
import type { AppendError } from '../errors/append-error.js'
import { shortWriteError, systemError } from '../errors/make-error.js'
import { attemptBytes, lacksOnlyLineFeed, LF, type Appended, type Attempt } from './attempt.js'
import { rollBackOrOwe } from './owed.js'
import type { Fragment, Rollback } from './rollback.js'
import type { TrackedFile } from './tracked-file.js'

const lineFeed = Uint8Array.of(LF)
/** Larger than a block: on a full ext4 one byte still fits into the last block, and tells nothing. */
const blankBlockBytes = 8192

function makeBlankBlock(): Uint8Array {
  const block = Buffer.alloc(blankBlockBytes, ' ')
  block[blankBlockBytes - 1] = LF
  return block
}

interface Probe {
  readonly completion: Completion
  readonly fragment: Fragment
}

/** How much of what landed is whole: the seal and, unless all or nothing was asked for, whole records. */
function wholeBytes(attempt: Attempt, landed: number): number {
  if (attempt.lines.atomic) return Math.min(attempt.seal, landed)
  return attemptBytes(attempt, 0, landed).lastIndexOf(LF) + 1
}

/** Where the probe landed right behind the fragment, it belongs to it from now on. */
function withProbe(fragment: Fragment, probe: Uint8Array, landed: Completion): Fragment {
  if (landed.end === landed.start || landed.start !== fragment.range.end) return fragment
  const length = landed.end - landed.start
  const bytes = new Uint8Array(fragment.bytes.length + length)
  bytes.set(fragment.bytes)
  bytes.set(probe.subarray(0, length), fragment.bytes.length)
  return { ...fragment, range: { start: fragment.range.start, end: landed.end }, bytes }
}

function* probeCause(file: TrackedFile, fragment: Fragment, again: boolean): Policy<Probe> {
  const probe = again ? makeBlankBlock() : lineFeed
  let probed = fragment
  for (;;) {
    const completion = yield file.door.write(probe, 0, probe.length)
    if (completion.errno !== 0) return { completion, fragment: probed }
    const landed = completion.end - completion.start
    if (landed > 0) file.reach(completion)
    // Blanks of ours alone stand behind somebody's bytes, and who knows whether they end in an LF.
    const apart = completion.start !== probed.range.end
    if (landed > 0 && apart && probe[landed - 1] !== LF) file.needsSeal = true
    probed = withProbe(probed, probe, completion)
    // Cut short itself, the kernel will say why at the next; nothing at all, and it never will.
    if (landed === probe.length || landed === 0) return { completion, fragment: probed }
  }
}

function isLeft(rollback: Rollback): boolean {
  return rollback.outcome === 'pending' || rollback.outcome === 'none'
}

/** What could not be taken back holds a whole record, but perhaps for its LF: it may be readable (W3). */
function mayBeReadable(attempt: Attempt, torn: Torn): boolean {
  return torn.fragment.bytes.includes(LF) || lacksOnlyLineFeed(attempt, torn.landed)
}

/** The fragment of a short write: bytes [whole, landed) of the attempt. */
interface Torn {
  readonly whole: number
  readonly landed: number
  readonly fragment: Fragment
}

interface TakenBack {
  readonly rollback: Rollback
  readonly failure: AppendError | null
}

function tornOf(attempt: Attempt, range: ByteRange): Torn {
  const landed = range.end - range.start
  const whole = wholeBytes(attempt, landed)
  const place = { start: range.start + whole, end: range.end }
  return {
    whole,
    landed,
    fragment: { range: place, bytes: attemptBytes(attempt, whole, landed), spliced: false },
  }
}

function errorOf(
  file: TrackedFile,
  attempt: Attempt,
  torn: Torn,
  probe: Completion,
  rollback: Rollback,
): AppendError {
  const left = isLeft(rollback)
  const error = systemError(probe, {
    path: file.path,
    action: 'append to',
    range: torn.fragment.range,
    requested: attempt.lines.length - Math.max(0, torn.whole - attempt.seal),
    rollback,
    state: left ? 'pending' : 'failed',
  })
  return left && mayBeReadable(attempt, torn) ? error.derive({ retryable: false }) : error
}

/** The same where the kernel gave no reason, but what is left forbids another try. */
function silentError(file: TrackedFile, torn: Torn, rollback: Rollback): AppendError {
  const context = { path: file.path, action: 'append to', range: torn.fragment.range, rollback }
  return shortWriteError({ ...context, state: 'pending' }).derive({ retryable: false })
}

function* takeBack(file: TrackedFile, attempt: Attempt, torn: Torn, probe: Probe): Policy<TakenBack> {
  const rollback = yield* rollBackOrOwe(file, probe.fragment)
  const { completion } = probe
  if (completion.errno !== 0) return { rollback, failure: errorOf(file, attempt, torn, completion, rollback) }
  const forbidden = isLeft(rollback) && mayBeReadable(attempt, torn)
  return { rollback, failure: forbidden ? silentError(file, torn, rollback) : null }
}

/** The LF of the probe was all that the last record lacked: it stands whole now. */
function isCompleted(attempt: Attempt, torn: Torn, probe: Probe): boolean {
  const { bytes, range } = probe.fragment
  const lineFeedLanded = range.end === torn.fragment.range.end + 1 && bytes.at(-1) === LF
  if (!lineFeedLanded || !lacksOnlyLineFeed(attempt, torn.landed)) return false
  return !attempt.lines.atomic || torn.landed + 1 === attempt.length
}

/** null: no record of it stands, and nothing speaks against another try. */
export function* takeBackShort(
  file: TrackedFile,
  attempt: Attempt,
  range: ByteRange,
): Policy<Appended | null> {
  const start = range.start + attempt.seal
  const torn = tornOf(attempt, range)
  const before = Math.max(0, torn.whole - attempt.seal)
  if (torn.whole === torn.landed) {
    return before === 0 ? null : { start, spoilt: 0, done: before, next: before, failure: null }
  }
  const probe = yield* probeCause(file, torn.fragment, attempt.again)
  if (isCompleted(attempt, torn, probe)) {
    const done = torn.landed + 1 - attempt.seal
    return { start, spoilt: 0, done, next: done, failure: null }
  }
  const { rollback, failure } = yield* takeBack(file, attempt, torn, probe)
  if (before === 0 && failure === null) return null
  // The end of the record that is left and may be readable.
  const ended = isLeft(rollback) && mayBeReadable(attempt, torn)
  const next = !ended ? before : attempt.lines.atomic ? attempt.lines.length : torn.landed + 1 - attempt.seal
  return { start, spoilt: 0, done: before, next, failure }
}
