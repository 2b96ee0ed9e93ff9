// What opening does to the end of a file that already has content (3.4). Without proof of ownership nothing
// is removed, ever: a tail can be a live writer's append on its way (W2). Then an LF before our first
// record keeps it on a line of its own.

import type { ByteRange } from '../byte-range.js'
import { Truncation, type Completion, type Door, type Policy } from '../door/door.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import type { AppendError } from '../errors/append-error.js'
import { nameError } from '../errors/error-names.js'
import { ownError, systemError } from '../errors/make-error.js'
import { lookAtLastLines, refuseOtherFormats, type DamagedLine } from './check-file.js'
import { endsAsItBegan, isBlank } from './json-line.js'
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
  /** Why less was done than asked for; null: it was done, or somebody else may be writing there. */
  readonly failure: AppendError | null
}

type Outcome = Pick<TailRepair, 'action' | 'quarantine' | 'failure'>

const lineFeed = Uint8Array.of(0x0a)

/** null: only the scan tells whether it is a complete JSON value. */
function plainReason({ bytes }: Tail): TailRepair['reason'] | null {
  if (bytes === null) return 'too-long'
  if (bytes.length === 0 || isBlank(bytes)) return 'none'
  if (bytes.includes(0)) return 'nul-run'
  return endsAsItBegan(bytes) ? null : 'torn'
}

function done(action: TailRepair['action'], path: string | null = null): Outcome {
  return { action, quarantine: path, failure: null }
}

function repairError(file: TrackedFile, completion: Completion): AppendError {
  return systemError(completion, { path: file.path, action: 'repair' })
}

/** Puts an LF at the end; where that cannot be done now, the first append does it. */
function* addLineFeed(file: TrackedFile, action: 'completed' | 'sealed'): Policy<Outcome> {
  const completion = yield file.door.write(lineFeed, 0, 1)
  if (completion.errno !== 0) return yield* leave(file, repairError(file, completion))
  if (completion.end === completion.start) return yield* leave(file, null)
  file.end = completion.end
  file.appended(false)
  return done(action)
}

function* leave(file: TrackedFile, failure: AppendError | null): Policy<Outcome> {
  file.needsSeal = true
  return { action: 'left', quarantine: null, failure }
}

/** null: it was not tried. */
function* cutOff(file: TrackedFile, range: ByteRange, bytes: Uint8Array): Policy<Completion | null> {
  let cut: Completion | null = null
  if (file.leasesProve) cut = yield file.door.truncateUnderLease(range.end, range.start, bytes)
  if (!lockIsProof(file, cut)) return cut
  return yield file.door.truncateUnderLock(range.end, range.start, bytes)
}

/**
 * The exclusive lock, which binds only those who lock too, is taken for proof only where the kernel has not said
 * that somebody else has the file open: what stands at its end may be an append of theirs in flight (W2).
 */
function lockIsProof(file: TrackedFile, lease: Completion | null): boolean {
  if (file.lock !== 'exclusive') return false
  return lease === null || (lease.errno !== 0 && nameError(lease.errno).code !== 'EAGAIN')
}

function isCut({ errno, detail }: Completion): boolean {
  return errno === 0 && detail === Truncation.done
}

/** A lease that is not granted is an ordinary answer: somebody else has the file open. */
function isFailure({ errno, syscall }: Completion): boolean {
  return errno !== 0 && syscall !== 'fcntl'
}

/** Asked before anything is copied, so that a file in use is not quarantined at each open. */
function* mayCut(file: TrackedFile): Policy<boolean> {
  const probe = file.leasesProve ? yield file.door.probeLease() : null
  return probe?.errno === 0 || lockIsProof(file, probe)
}

function* remove(file: TrackedFile, tail: Tail, reason: string, door: Door | null): Policy<Outcome> {
  const { range, bytes } = tail
  if (bytes === null || !(yield* mayCut(file))) return yield* leave(file, null)
  if (door !== null) {
    const failure = yield* quarantine(door, file, range, bytes, reason)
    if (failure !== null) return yield* leave(file, failure)
  }
  const cut = yield* cutOff(file, range, bytes)
  if (cut === null || !isCut(cut)) {
    return yield* leave(file, cut !== null && isFailure(cut) ? repairError(file, cut) : null)
  }
  file.end = range.start
  file.unsynced = true
  return door === null ? done('truncated') : done('quarantined', quarantinePath(file.path))
}

function tornError(file: TrackedFile, range: ByteRange, reason: string): AppendError {
  const what = reason === 'torn' ? 'its last line is torn' : `its last line is torn (${reason})`
  return ownError('ERR_TORN_TAIL', 'InvalidData', {
    path: file.path,
    action: 'open',
    note: `${what}: bytes [${range.start}, ${range.end}); tornTail: 'quarantine' mends it`,
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
  const plain = plainReason(tail)
  const { damage, tailIsValue } = yield* lookAtLastLines(file, tail, options.verifyTail, plain === null)
  const reason = plain ?? (tailIsValue ? 'missing-newline' : 'torn')
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
