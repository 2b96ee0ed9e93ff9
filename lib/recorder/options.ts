// Options of a recorder, with their defaults; wrong ones are refused before anything is opened.

import {
  appendFileOptionNames,
  resolveFileOptions,
  type AppendFileOptions,
  type ResolvedAppendFileOptions,
} from '../append-file/options.js'
import { writeMostBytes } from '../door/native-door.js'
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkSignal,
  describe,
  givenOptions,
  type OptionNames,
} from '../option-checks.js'
import type { TornTailOption } from '../tail-repair/repair-tail.js'

/** When what was written is synced to the disk: never of its own accord, before each acknowledgement, or by a timer. */
export type FsyncOption = 'never' | 'always' | { readonly everyMs: number }

export type OnSyncFailureOption = 'rescue' | 'rotate' | 'fail'

/** Delays double from `minDelayMs` to `maxDelayMs`; after `attempts` of them the failure is final. */
export interface RetryOption {
  readonly attempts: number
  readonly minDelayMs?: number
  readonly maxDelayMs?: number
}

export interface RecorderOptions extends AppendFileOptions {
  /** Default `'never'`. */
  readonly fsync?: FsyncOption
  /**
   * `async` (default): written from libuv's pool, the event loop is never blocked. `sync`: written on this
   * thread at the end of the current turn, or when much has gathered.
   */
  readonly flushMode?: 'async' | 'sync'
  /** Bytes held above which `write` returns false. Default 1 MiB; at most half of `maxBufferedBytes`. */
  readonly highWaterMark?: number
  /** The most bytes that may wait in memory; more is refused with kind `BufferFull` (W8). Default 128 MiB. */
  readonly maxBufferedBytes?: number
  /** The most bytes of one record, without its LF. Default 64 MiB; at most 0x7ffff000 - 1, one write(2). */
  readonly maxRecordBytes?: number
  /**
   * Check that a line given ready-made is one JSON value. Default true; without it only blank lines, line
   * feeds and unpaired surrogates are refused, which is faster: for lines that JSON.stringify made.
   */
  readonly validateLines?: boolean
  /**
   * What opening does about a torn tail, if nobody else can be writing it: `quarantine` (default) copies it to
   * `<path>.torn` and cuts it off, `truncate` cuts it off, `seal` only ends its line, `fail` refuses to open.
   */
  readonly tornTail?: TornTailOption
  /** How many bytes before the tail are looked at for damage when opening. Default 64 KiB; 0: none. */
  readonly verifyTail?: number
  /**
   * After a failed sync: `rescue` (default) writes what was not yet acknowledged again in its place, if nobody
   * else has the file open; else, and for records that were acknowledged, it does as `rotate`; `rotate` goes on
   * in a new file at once, `<path>.1` and so on, with the records since the last good sync; `fail`, and where
   * those cannot be done: nothing more is taken until `reopen`. Needs `fsync` other than `never`.
   */
  readonly onSyncFailure?: OnSyncFailureOption
  /** Tries again, by a schedule, what may pass (EINTR, EAGAIN, ENOSPC, EDQUOT, EBUSY). Default: no schedule. */
  readonly retry?: RetryOption
  /** When the path leads to another file or none, open it again and go on there. Default false. */
  readonly reopenOnMove?: boolean
  /** At most so often in ms it is looked where the path leads. Default 1000. */
  readonly moveCheckMs?: number
  /** Aborting it flushes and closes the recorder. */
  readonly signal?: AbortSignal
}

export interface ResolvedRecorderOptions {
  readonly file: ResolvedAppendFileOptions
  readonly fsync: FsyncOption
  readonly flushMode: 'async' | 'sync'
  readonly highWaterMark: number
  readonly maxBufferedBytes: number
  readonly maxRecordBytes: number
  readonly validateLines: boolean
  readonly tornTail: TornTailOption
  readonly verifyTail: number
  readonly onSyncFailure: OnSyncFailureOption
  readonly retry: Required<RetryOption>
  readonly reopenOnMove: boolean
  readonly moveCheckMs: number
  readonly signal: AbortSignal | null
}

const MiB = 1024 * 1024
const timerMostMs = 2 ** 31 - 1

function checkFsync(fsync: unknown): void {
  if (typeof fsync === 'object' && fsync !== null && 'everyMs' in fsync) {
    const { everyMs } = givenOptions<{ everyMs: unknown }>(fsync, { everyMs: true }, 'fsync')
    checkInteger('fsync.everyMs', everyMs, 1, timerMostMs)
    return
  }
  if (fsync === 'never' || fsync === 'always') return
  throw new TypeError(`option fsync: expected 'never', 'always' or { everyMs }, got ${describe(fsync)}`)
}

const defaultDelays = { minDelayMs: 100, maxDelayMs: 30_000 }

/** One for all recorders, of which there may be many. */
const noRetry: Required<RetryOption> = { attempts: 0, ...defaultDelays }

function resolveRetry(given: RetryOption): Required<RetryOption> {
  const names = { attempts: true, minDelayMs: true, maxDelayMs: true } as const
  const retry = { ...defaultDelays, ...givenOptions<RetryOption>(given, names, 'retry') }
  checkInteger('retry.attempts', retry.attempts, 0, Number.MAX_SAFE_INTEGER)
  checkInteger('retry.minDelayMs', retry.minDelayMs, 0, timerMostMs)
  checkInteger('retry.maxDelayMs', retry.maxDelayMs, retry.minDelayMs, timerMostMs)
  return retry
}

const names: OptionNames<RecorderOptions> = {
  ...appendFileOptionNames,
  fsync: true,
  flushMode: true,
  highWaterMark: true,
  maxBufferedBytes: true,
  maxRecordBytes: true,
  validateLines: true,
  tornTail: true,
  verifyTail: true,
  onSyncFailure: true,
  retry: true,
  reopenOnMove: true,
  moveCheckMs: true,
  signal: true,
}

const defaults = {
  fsync: 'never' as FsyncOption,
  flushMode: 'async' as const,
  highWaterMark: MiB,
  maxBufferedBytes: 128 * MiB,
  maxRecordBytes: 64 * MiB,
  validateLines: true,
  tornTail: 'quarantine' as const,
  verifyTail: 64 * 1024,
  onSyncFailure: 'rescue' as const,
  retry: noRetry as RetryOption,
  reopenOnMove: false,
  moveCheckMs: 1000,
}

export function resolveRecorderOptions(given: RecorderOptions): ResolvedRecorderOptions {
  const options = { ...defaults, ...givenOptions(given, names) }
  checkFsync(options.fsync)
  checkChoice('flushMode', options.flushMode, ['async', 'sync'])
  checkChoice('tornTail', options.tornTail, ['quarantine', 'truncate', 'seal', 'fail'])
  checkChoice('onSyncFailure', options.onSyncFailure, ['rescue', 'rotate', 'fail'])
  checkInteger('highWaterMark', options.highWaterMark, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('maxBufferedBytes', options.maxBufferedBytes, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('maxRecordBytes', options.maxRecordBytes, 1, writeMostBytes - 1)
  checkInteger('verifyTail', options.verifyTail, 0, 1024 * MiB)
  checkInteger('moveCheckMs', options.moveCheckMs, 0, timerMostMs)
  checkBoolean('validateLines', options.validateLines)
  checkBoolean('reopenOnMove', options.reopenOnMove)
  checkSignal(options.signal)
  const { fsync, flushMode, highWaterMark, maxBufferedBytes, maxRecordBytes, validateLines } = options
  const { tornTail, verifyTail, onSyncFailure, reopenOnMove, moveCheckMs, signal } = options
  // Written out, so that all have the same shape in memory: there may be many recorders.
  return {
    file: resolveFileOptions(options),
    fsync,
    flushMode,
    // Who honours the mark is never refused.
    highWaterMark: Math.min(highWaterMark, Math.max(1, Math.floor(maxBufferedBytes / 2))),
    maxBufferedBytes,
    // A record that can never be buffered is too large, not one record too many.
    maxRecordBytes: Math.min(maxRecordBytes, Math.max(1, maxBufferedBytes - 1)),
    validateLines,
    tornTail,
    verifyTail,
    onSyncFailure,
    retry: options.retry === noRetry ? noRetry : resolveRetry(options.retry),
    reopenOnMove,
    moveCheckMs,
    signal: signal ?? null,
  }
}
