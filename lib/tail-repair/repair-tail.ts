// What opening does to the end of a file that already has content (3.4). Without proof of ownership nothing
// is removed, ever: a tail can be a live writer's append on its way (W2). Then an LF before our first
// record keeps it on a line of its own.

import type { ByteRange } from '../byte-range.js'
import type { Door, Policy } from '../door/door.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import type { AppendError } from '../errors/append-error.js'
import { ownError } from '../errors/make-error.js'
import { findDamage, refuseOtherFormats, type DamagedLine } from './check-file.js'
import { isBlank, isJsonValue } from './json-line.js'
import { quarantine, quarantinePath } from './quarantine.js'
import { readTail, type Tail } from './tail.js'

/** What to do about a torn tail when a file is opened. */
export type TornTailOption = 'quarantine' | 'truncate' | 'seal' | 'fail'

export interface TailOptions {
  readonly tornTail: TornTailOption
  /** How many bytes before the tail are looked at for damage. */
  readonly verifyTail: number
}

/**
 * What opening found at the end of the file, and did:
 * - `completed`: a complete JSON value got the LF that it lacked;
 * - `quarantined`: the torn tail is in the quarantine file and was cut off;
 * - `truncated`: it was cut off;
 * - `sealed`: it got an LF and is a bad line of its own;
 * - `left`: somebody else may be writing it; nothing was touched, and the first append starts with an LF;
 * - `none`: the tail is fine; there is damage further up.
 */
export interface TailRepair {
  readonly action: 'completed' | 'quarantined' | 'truncated' | 'sealed' | 'left' | 'none'
  /** The bytes behind the last LF as they were found. */
  readonly range: ByteRange
  readonly reason: 'none' | 'missing-newline' | 'torn' | 'nul-run' | 'too-long'
  /** The file that has the bytes that were cut off; null: none were. */
  readonly quarantine: string | null
  /** Damaged lines before the tail; they are left as they are. */
  readonly damage: readonly DamagedLine[]
  /** Why less was done than asked for; null: it was done. */
  readonly failure: AppendError | null
}

type Outcome = Pick<TailRepair, 'action' | 'quarantine' | 'failure'>

const lineFeed = Uint8Array.of(0x0a)

function reasonOf(tail: Tail): TailRepair['reason'] {
  if (tail.bytes === null) return 'too-long'
  if (tail.bytes.length === 0 || isBlank(tail.bytes)) return 'none'
  if (tail.bytes.includes(0)) return 'nul-run'
  return isJsonValue(tail.bytes) ? 'missing-newline' : 'torn'
}

function done(action: TailRepair['action'], path: string | null = null): Outcome {
  return { action, quarantine: path, failure: null }
}

/** Puts an LF at the end; where that cannot be done now, the first append does it. */
function* addLineFeed(file: TrackedFile, action: 'completed' | 'sealed'): Policy<Outcome> {
  const completion = yield file.door.write(lineFeed, 0, 1)
  if (completion.errno !== 0 || completion.end === completion.start) {
    file.needsSeal = true
    return done('left')
  }
  file.end = completion.end
  file.appended(false)
  return done(action)
}

function* leave(file: TrackedFile, failure: AppendError | null): Policy<Outcome> {
  file.needsSeal = true
  return { action: 'left', quarantine: null, failure }
}

function* cutOff(file: TrackedFile, range: ByteRange, bytes: Uint8Array): Policy<boolean> {
  if (file.leasesProve) {
    const leased = yield file.door.truncateUnderLease(range.end, range.start, bytes)
    if (leased.errno === 0 && leased.detail === 0) return true
  }
  if (file.lock !== 'exclusive') return false
  const locked = yield file.door.truncateUnderLock(range.end, range.start, bytes)
  return locked.errno === 0 && locked.detail === 0
}

/** Asked before anything is copied, so that a file in use is not quarantined at each open. */
function* mayCut(file: TrackedFile): Policy<boolean> {
  if (file.lock === 'exclusive') return true
  if (!file.leasesProve) return false
  const probe = yield file.door.probeLease()
  return probe.errno === 0
}

function* remove(file: TrackedFile, tail: Tail, reason: string, door: Door | null): Policy<Outcome> {
  const { range, bytes } = tail
  if (bytes === null || !(yield* mayCut(file))) return yield* leave(file, null)
  if (door !== null) {
    const failure = yield* quarantine(door, file, range, bytes, reason)
    if (failure !== null) return yield* leave(file, failure)
  }
  if (!(yield* cutOff(file, range, bytes))) return yield* leave(file, null)
  file.end = range.start
  file.unsynced = true
  return door === null ? done('truncated') : done('quarantined', quarantinePath(file.path))
}

function tornError(file: TrackedFile, range: ByteRange, reason: string): AppendError {
  return ownError('ERR_TORN_TAIL', 'InvalidData', {
    path: file.path,
    action: 'open',
    note: `its last line is torn (${reason}): bytes [${range.start}, ${range.end})`,
  })
}

function* mend(
  file: TrackedFile,
  tail: Tail,
  reason: string,
  door: Door,
  option: TornTailOption,
): Policy<Outcome> {
  if (option === 'fail') throw tornError(file, tail.range, reason)
  if (option === 'seal') return yield* addLineFeed(file, 'sealed')
  return yield* remove(file, tail, reason, option === 'quarantine' ? door : null)
}

/** Looks at the end of a file that was just opened, and mends it. null: there is nothing to tell. */
export function* repairTail(door: Door, file: TrackedFile, options: TailOptions): Policy<TailRepair | null> {
  const size = file.end
  if (size === 0) return null
  file.needsSeal = false
  if (options.tornTail !== 'seal') yield* refuseOtherFormats(file, size)
  const tail = yield* readTail(file, size)
  const reason = reasonOf(tail)
  const damage = yield* findDamage(file, tail.range.start, options.verifyTail)
  if (reason === 'none') {
    const nothing = { action: 'none', quarantine: null, failure: null } as const
    return damage.length === 0 ? null : { ...nothing, range: tail.range, reason, damage }
  }
  const outcome =
    reason === 'missing-newline'
      ? yield* addLineFeed(file, 'completed')
      : yield* mend(file, tail, reason, door, options.tornTail)
  return { ...outcome, range: tail.range, reason, damage }
}
