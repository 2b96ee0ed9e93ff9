// A write that was cut short: what is whole stays, the fragment behind it is taken back (W1, W3).
//
// A short write has no errno. To learn its cause, one LF is appended before anything is taken back: it
// fails with the cause, or it lands and has put an end to the torn line, which harms nobody. (The rest of
// the record is never written on: another appender's record may already stand in between.)

import type { ByteRange } from '../byte-range.js'
import type { Completion, Policy } from '../door/door.js'
import type { AppendError, RecordState } from '../errors/append-error.js'
import { systemError } from '../errors/make-error.js'
import { attemptBytes, LF, notAppended, type Appended, type Attempt } from './attempt.js'
import { rollBackOrOwe, type Fragment, type Rollback } from './rollback.js'
import type { TrackedFile } from './tracked-file.js'

const lineFeed = Uint8Array.of(LF)

interface Probe {
  readonly completion: Completion
  readonly fragment: Fragment
}

/** How much of what landed is whole: the seal and, unless all or nothing was asked for, whole records. */
function wholeBytes(attempt: Attempt, landed: number): number {
  if (attempt.lines.atomic) return Math.min(attempt.seal, landed)
  return attemptBytes(attempt, 0, landed).lastIndexOf(LF) + 1
}

/** Where the LF landed right behind the fragment, it belongs to it from now on. */
function withLineFeed(fragment: Fragment, probe: Completion): Fragment {
  const landed = probe.errno === 0 && probe.end > probe.start
  if (!landed || probe.start !== fragment.range.end) return fragment
  const bytes = new Uint8Array(fragment.bytes.length + 1)
  bytes.set(fragment.bytes)
  bytes[fragment.bytes.length] = LF
  return { ...fragment, range: { start: fragment.range.start, end: probe.end }, bytes }
}

function* probeCause(file: TrackedFile, fragment: Fragment): Policy<Probe> {
  const completion = yield file.door.write(lineFeed, 0, 1)
  if (completion.errno === 0 && completion.end > completion.start) file.end = completion.end
  return { completion, fragment: withLineFeed(fragment, completion) }
}

function stateAfter(rollback: Rollback): RecordState {
  return rollback.outcome === 'pending' || rollback.outcome === 'none' ? 'pending' : 'failed'
}

/** Takes the fragment back. null: it is gone or sealed, and its cause has passed. */
function* takeBackFragment(
  file: TrackedFile,
  fragment: Fragment,
  requested: number,
): Policy<AppendError | null> {
  const probe = yield* probeCause(file, fragment)
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
    failure = yield* takeBackFragment(file, fragment, attempt.lines.length - done)
  }
  if (done === 0) return failure === null ? null : notAppended(failure)
  return { start: range.start + attempt.seal, spoilt: 0, done, failure }
}
