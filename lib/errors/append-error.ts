// The one error of this package: what failed, where, and what became of the bytes (W7).

import type { ByteRange } from '../byte-range.js'
import type { Rollback } from '../append-file/rollback.js'
import { shareWithCopies } from './copies.js'
import type { ErrorKind } from './error-kind.js'

/**
 * What is left of the record:
 * - `failed`: nothing of it is in the file as a parseable line;
 * - `pending`: a fragment is left at `range`; taking it back is owed and is tried again at each later append;
 * - `indeterminate`: it was written whole, but whether it survives is unknown (its sync failed, or the
 *   system contradicted itself).
 */
export type RecordState = 'failed' | 'pending' | 'indeterminate'

/** @internal */
export interface AppendErrorDetails {
  readonly message: string
  readonly code: string
  readonly errno: number
  readonly kind: ErrorKind
  readonly syscall: string | null
  readonly path: string
  readonly range?: ByteRange | null
  readonly requested?: number
  readonly state?: RecordState
  readonly rollback?: Rollback | null
  readonly retryable?: boolean
  readonly unsyncedFrom?: number | null
  readonly cause?: unknown
}

/**
 * A failure of an append, an open, a sync or a close. `code` and `kind` are for programs, `message` is for
 * people.
 *
 * @remarks Upholds W7: every failure carries its system call, errno, path, the range that landed and what
 * became of it.
 */
export class AppendError extends Error {
  override readonly name = 'AppendError'
  /** The platform's name of `errno` (`'ENOSPC'`), or a name of our own starting with `ERR_`. */
  readonly code: string
  /** Positive error number of the platform; 0 where no system call failed. */
  readonly errno: number
  readonly kind: ErrorKind
  /** The system call that failed; null where none did. */
  readonly syscall: string | null
  readonly path: string
  /** The bytes of this attempt that landed in the file, before any rollback; null: none. */
  readonly range: ByteRange | null
  /** How many bytes were to be written; 0 where it was no append. */
  readonly requested: number
  readonly state: RecordState
  /** What was done with the bytes that landed; null: none had. */
  readonly rollback: Rollback | null
  /** The same append may succeed later (the disk has room again, say). */
  readonly retryable: boolean

  /** After a failed sync: the offset in bytes from which on durability is unknown (W6); null otherwise. */
  readonly unsyncedFrom: number | null

  /** @internal */
  constructor(details: AppendErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = details.code
    this.errno = details.errno
    this.kind = details.kind
    this.syscall = details.syscall
    this.path = details.path
    this.range = details.range ?? null
    this.requested = details.requested ?? 0
    this.state = details.state ?? 'failed'
    this.rollback = details.rollback ?? null
    this.retryable = details.retryable ?? false
    this.unsyncedFrom = details.unsyncedFrom ?? null
  }

  /** @internal The same failure, told of another record or in other words. */
  derive(changes: Partial<AppendErrorDetails>): AppendError {
    const { message, code, errno, kind, syscall, path, range, requested, state, rollback } = this
    const { retryable, unsyncedFrom } = this
    const own = { message, code, errno, kind, syscall, path, range, requested, state, rollback }
    return new AppendError({ ...own, retryable, unsyncedFrom, ...changes })
  }
}

shareWithCopies(AppendError, 'AppendError')
