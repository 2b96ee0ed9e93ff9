// Options of a recorder, with their defaults; wrong ones are refused before anything is opened.

import {
  checkBoolean,
  checkChoice,
  checkInteger,
  resolveAppendFileOptions,
  withoutUndefined,
  type AppendFileOptions,
  type ResolvedAppendFileOptions,
} from '../append-file/options.js'
import { writeMostBytes } from '../door/native-door.js'

/** When what was written is synced to the disk: never of its own accord, before each acknowledgement, or by a timer. */
export type FsyncOption = 'never' | 'always' | { readonly everyMs: number }

export interface RecorderOptions extends AppendFileOptions {
  /** Default `'never'`. */
  readonly fsync?: FsyncOption
  /**
   * `async` (default): written from libuv's pool, the event loop is never blocked. `sync`: written on this
   * thread at the end of the current turn, or when much has gathered.
   */
  readonly flushMode?: 'async' | 'sync'
  /** Bytes buffered above which `write` returns false. Default 1 MiB. */
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
  readonly signal: AbortSignal | null
}

const MiB = 1024 * 1024
const timerMostMs = 2 ** 31 - 1

function checkFsync(fsync: unknown): void {
  if (typeof fsync === 'object' && fsync !== null && 'everyMs' in fsync) {
    checkInteger('fsync.everyMs', fsync.everyMs, 1, timerMostMs)
    return
  }
  checkChoice('fsync', fsync, ['never', 'always', '{ everyMs }'])
}

export function resolveRecorderOptions(given: RecorderOptions): ResolvedRecorderOptions {
  const options = {
    fsync: 'never' as FsyncOption,
    flushMode: 'async' as const,
    highWaterMark: MiB,
    maxBufferedBytes: 128 * MiB,
    maxRecordBytes: 64 * MiB,
    validateLines: true,
    signal: null,
    ...withoutUndefined(given),
  }
  checkFsync(options.fsync)
  checkChoice('flushMode', options.flushMode, ['async', 'sync'])
  checkInteger('highWaterMark', options.highWaterMark, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('maxBufferedBytes', options.maxBufferedBytes, 1, Number.MAX_SAFE_INTEGER)
  checkInteger('maxRecordBytes', options.maxRecordBytes, 1, writeMostBytes - 1)
  checkBoolean('validateLines', options.validateLines)
  const { fsync, flushMode, highWaterMark, maxBufferedBytes, validateLines, signal } = options
  return {
    file: resolveAppendFileOptions(given),
    fsync,
    flushMode,
    highWaterMark,
    maxBufferedBytes,
    // A record that can never be buffered is too large, not one record too many.
    maxRecordBytes: Math.min(options.maxRecordBytes, Math.max(1, maxBufferedBytes - 1)),
    validateLines,
    signal,
  }
}
