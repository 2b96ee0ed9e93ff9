// The one place where a failed completion of the door becomes an AppendError (W7).

import type { ByteRange } from '../byte-range.js'
import type { Rollback } from '../append-file/rollback.js'
import type { Completion } from '../door/door.js'
import { AppendError, type RecordState } from './append-error.js'
import { nameError } from './error-names.js'

const retryableCodes = new Set(['EINTR', 'EAGAIN', 'ENOSPC', 'EDQUOT', 'EBUSY'])

/** What was being done and what came of it. */
export interface FailureContext {
  readonly path: string
  /** "append", "open", …: what the caller asked for. */
  readonly action: string
  readonly range?: ByteRange | null
  readonly requested?: number
  readonly state?: RecordState
  readonly rollback?: Rollback | null
  readonly unsyncedFrom?: number
  /** More words for people. */
  readonly note?: string
}

function describeRange(context: FailureContext): string {
  const { range, requested, rollback } = context
  // A close that tells of several names them in its note.
  if (range == null || (!requested && rollback == null)) return ''
  const place = `[${range.start}, ${range.end})`
  const landed = requested
    ? `; ${range.end - range.start} of ${requested} bytes landed at ${place}`
    : `; ${place}`
  return rollback == null ? landed : `${landed}, rollback: ${rollback.outcome}`
}

function describe(what: string, context: FailureContext): string {
  const note = context.note === undefined ? '' : ` (${context.note})`
  return `${context.action} ${context.path}: ${what}${note}${describeRange(context)}`
}

/** An error for a system call that failed. */
export function systemError(completion: Completion, context: FailureContext): AppendError {
  const { code, kind } = nameError(completion.errno)
  const shown = code ?? `errno ${completion.errno}`
  const where = completion.syscall === '' ? shown : `${shown}, ${completion.syscall}`
  return new AppendError({
    ...context,
    message: describe(where, context),
    code: code ?? `ERRNO_${completion.errno}`,
    errno: completion.errno,
    kind,
    syscall: completion.syscall === '' ? null : completion.syscall,
    retryable: code !== null && retryableCodes.has(code),
  })
}

/**
 * An error for a write that the kernel cut short again and again without ever saying why. Rust calls it
 * WriteZero. It may well pass, so it is retryable.
 */
export function shortWriteError(context: FailureContext): AppendError {
  return new AppendError({
    ...context,
    message: describe('ERR_SHORT_WRITE, write', context),
    code: 'ERR_SHORT_WRITE',
    errno: 0,
    kind: 'WriteZero',
    syscall: 'write',
    retryable: true,
  })
}

/** An error of our own, where no system call failed. */
export function ownError(
  code: string,
  kind:
    | 'AlreadyExists'
    | 'BufferFull'
    | 'InvalidInput'
    | 'InvalidData'
    | 'Poisoned'
    | 'ResourceBusy'
    | 'Unsupported',
  context: FailureContext & { readonly retryable?: boolean; readonly cause?: unknown },
): AppendError {
  return new AppendError({
    ...context,
    message: describe(code, context),
    code,
    errno: 0,
    kind,
    syscall: null,
  })
}

/** What every call on a closed file gets. */
export function closedError(path: string): AppendError {
  return ownError('ERR_CLOSED', 'InvalidInput', { path, action: 'use', note: 'it is closed' })
}
