// The ladder: taking back bytes that only we wrote (W2). Truncate under proof, else erase, else owe it.

import type { ByteRange } from '../byte-range.js'
import { Erasure, Truncation, type Completion, type DoorCall, type Policy } from '../door/door.js'
import { nameError } from '../errors/error-names.js'
import type { TrackedFile } from './tracked-file.js'

/** A rung of the ladder that was tried and did not serve, and why. */
export interface RefusedRung {
  readonly rung: 'lease' | 'lock' | 'erase'
  /** The platform's name of the errno, or a word for what was found (`grown`, `not-ours`, …). */
  readonly reason: string
  readonly syscall: string | null
}

/**
 * What became of bytes that landed and could not stay:
 * - `truncated`: cut off the end of the file;
 * - `erased`: overwritten with spaces, which are JSON whitespace;
 * - `pending`: neither worked; it is owed and tried again at each later append, and what follows is put on
 *   a line of its own;
 * - `none`: nothing was tried (nothing had landed, or the `rollback` option says so).
 */
export interface Rollback {
  readonly outcome: 'truncated' | 'erased' | 'pending' | 'none'
  readonly range: ByteRange
  /** The rungs above that were tried first. */
  readonly refused: readonly RefusedRung[]
}

/** Bytes of ours that stand in the file and should not. */
export interface Fragment {
  readonly range: ByteRange
  /** Exactly what we wrote there. */
  readonly bytes: Uint8Array
  /**
   * It stands behind somebody's unfinished line. Its LF ends that line and is relied on, so it is only ever
   * blanked, never cut off.
   */
  readonly spliced: boolean
}

const truncationWords = {
  [Truncation.grown]: 'grown',
  [Truncation.leaseLost]: 'lease-lost',
  [Truncation.notCut]: 'not-cut',
  [Truncation.notOurs]: 'not-ours',
} as const
const erasureWords = { [Erasure.notOurs]: 'not-ours', [Erasure.notErased]: 'not-erased' } as const

function refusal(
  rung: RefusedRung['rung'],
  completion: Completion,
  words: Readonly<Record<number, string>>,
): RefusedRung {
  if (completion.errno === 0) {
    return { rung, reason: words[completion.detail] ?? `detail ${completion.detail}`, syscall: null }
  }
  const reason = nameError(completion.errno).code ?? `errno ${completion.errno}`
  return { rung, reason, syscall: completion.syscall }
}

function isDone(completion: Completion): boolean {
  return completion.errno === 0 && completion.detail === 0
}

function* tryRung(
  call: DoorCall,
  rung: RefusedRung['rung'],
  words: Readonly<Record<number, string>>,
  refused: RefusedRung[],
): Policy<boolean> {
  const completion = yield call
  if (isDone(completion)) return true
  refused.push(refusal(rung, completion, words))
  return false
}

/** Cuts the fragment off the end, if nobody else can have the file open. */
function* truncate(file: TrackedFile, { range, bytes }: Fragment, refused: RefusedRung[]): Policy<boolean> {
  if (!file.leasesProve) {
    refused.push({ rung: 'lease', reason: 'unproven', syscall: null })
    return false
  }
  const call = file.door.truncateUnderLease(range.end, range.start, bytes)
  return yield* tryRung(call, 'lease', truncationWords, refused)
}

/**
 * Cuts the fragment off under the exclusive lock. That is proof only among those who take the lock, so it
 * is the last rung, and only for the caller who asked for that lock.
 */
function* truncateLocked(
  file: TrackedFile,
  { range, bytes }: Fragment,
  refused: RefusedRung[],
): Policy<boolean> {
  if (file.lock !== 'exclusive') return false
  const call = file.door.truncateUnderLock(range.end, range.start, bytes)
  return yield* tryRung(call, 'lock', truncationWords, refused)
}

function* erase(file: TrackedFile, fragment: Fragment, refused: RefusedRung[]): Policy<boolean> {
  const call = file.door.erase(fragment.bytes, fragment.range.start)
  return yield* tryRung(call, 'erase', erasureWords, refused)
}

/** The erase rung alone, which leaves a last LF where it is. */
export function* blank(file: TrackedFile, fragment: Fragment): Policy<Rollback> {
  const { range } = fragment
  const refused: RefusedRung[] = []
  if (file.rollback === 'none') return { outcome: 'none', range, refused }
  const erased = yield* erase(file, fragment, refused)
  return { outcome: erased ? 'erased' : 'pending', range, refused }
}

/** Walks the ladder for one fragment, and sets where this file's next append is expected. */
export function* rollBack(file: TrackedFile, fragment: Fragment): Policy<Rollback> {
  const { range } = fragment
  const refused: RefusedRung[] = []
  if (file.rollback === 'none') return { outcome: 'none', range, refused }
  if (file.rollback === 'auto' && (yield* truncate(file, fragment, refused))) {
    file.end = range.start
    return { outcome: 'truncated', range, refused }
  }
  if (yield* erase(file, fragment, refused)) return { outcome: 'erased', range, refused }
  if (file.rollback === 'auto' && (yield* truncateLocked(file, fragment, refused))) {
    file.end = range.start
    return { outcome: 'truncated', range, refused }
  }
  return { outcome: 'pending', range, refused }
}
