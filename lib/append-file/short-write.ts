// A write that was cut short: what is whole stays, the fragment behind it is taken back (W1, W3).
//
// A short write has no errno. To learn its cause, one LF is appended before anything is taken back: it
// fails with the cause, or it lands and has put an end to the torn line, which harms nobody; the second time
// a block of blanks before it asks for more room. (The rest of the record is never written on: another
// appender's record may already stand in between.)

import type { ByteRange } from '../byte-range.js'
import type { Completion, Policy } from '../door/door.js'
import type { AppendError, RecordState } from '../errors/append-error.js'
import { systemError } from '../errors/make-error.js'
import { attemptBytes, LF, notAppended, type Appended, type Attempt } from './attempt.js'
import { rollBackOrOwe } from './owed.js'
import type { Fragment, Rollback } from './rollback.js'
import type { TrackedFile } from './tracked-file.js'

const lineFeed = Uint8Array.of(LF)
/** Larger than a block: on a full ext4 one byte still fits into the last block, and tells nothing. */
const blankBlock = Buffer.alloc(8192, ' ').fill(LF, 8191)

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
  const probe = again ? blankBlock : lineFeed
  let probed = fragment
  for (;;) {
    const completion = yield file.door.write(probe, 0, probe.length)
    if (completion.errno !== 0) return { completion, fragment: probed }
    if (completion.end > completion.start) file.end = completion.end
    probed = withProbe(probed, probe, completion)
    const landed = completion.end - completion.start
    // Cut short itself, the kernel will say why at the next; nothing at all, and it never will.
    if (landed === probe.length || landed === 0) return { completion, fragment: probed }
  }
}

function stateAfter(rollback: Rollback): RecordState {
  return rollback.outcome === 'pending' || rollback.outcome === 'none' ? 'pending' : 'failed'
}

/** Takes the fragment back. null: it is gone or sealed, and its cause has passed. */
function* takeBackFragment(
  file: TrackedFile,
  fragment: Fragment,
  requested: number,
  again: boolean,
): Policy<AppendError | null> {
  const probe = yield* probeCause(file, fragment, again)
  const rollback = yield* rollBackOrOwe(file, probe.fragment)
  if (probe.completion.errno === 0) return null
  return systemError(probe.completion, {
    path: file.path,
    action: 'append to',
    range: fragment.range,
    requested,
    rollback,
    state: stateAfter(rollback),
  })
}

/** null: no record of it stands, and nothing speaks against another try. */
export function* takeBackShort(
  file: TrackedFile,
  attempt: Attempt,
  range: ByteRange,
): Policy<Appended | null> {
  const landed = range.end - range.start
  const whole = wholeBytes(attempt, landed)
  const done = Math.max(0, whole - attempt.seal)
  let failure: AppendError | null = null
  if (whole < landed) {
    const torn = { start: range.start + whole, end: range.end }
    const fragment = { range: torn, bytes: attemptBytes(attempt, whole, landed), spliced: false }
    failure = yield* takeBackFragment(file, fragment, attempt.lines.length - done, attempt.again)
  }
  if (done === 0) return failure === null ? null : notAppended(failure)
  return { start: range.start + attempt.seal, spoilt: 0, done, failure }
}
