// Options of followRecords, with their defaults; wrong ones are refused before anything is opened.

import { constants } from 'node:buffer'
import { resolvePath } from '../../append-file/options.js'
import {
  checkFunction,
  checkInteger,
  checkOnDamage,
  checkSignal,
  describe,
  givenOptions,
  type OptionNames,
} from '../../option-checks.js'
import type { OnDamage } from '../on-damage.js'

/** What happens to the file that is followed. */
export interface FollowChange {
  /**
   * - `next`: a file was read to its end, and this one, which took its place, is read from 0;
   * - `restarted`: it was emptied or has other content: read again from 0;
   * - `shortened`: its end was cut off or replaced: reading goes on at the last line that is as it was;
   * - `lost`: the file that the cursor names is not to be found; what was not read of it is not delivered.
   */
  readonly what: 'next' | 'restarted' | 'shortened' | 'lost'
  /** "DEVICE:INODE" of the file that is read from now on; of the lost one for `lost`. */
  readonly file: string
  /** Where reading goes on, in bytes from its start. */
  readonly position: number
}

export interface FollowOptions {
  /**
   * Where to begin: at the start (default), at the end, or with the first record that starts at this offset or
   * behind it. Where the cursor holds a position, that counts instead.
   */
  readonly from?: 'start' | 'end' | number
  /**
   * A file that keeps the position across restarts. It moves past a record when the next one is asked for, and is
   * written at most each second and at the end, so that after a crash records may come again: at least once.
   */
  readonly cursor?: string | URL
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal
  /**
   * What to do with a damaged line: `skip` (default) leaves it out, `salvage` delivers the whole records that it
   * holds, `throw` ends with a DamageError. A function is told of each damaged line and returns one of these, or
   * nothing, which means `skip`; a promise is waited for. The number of the line is never known here.
   *
   * @remarks A last line that is a JSON value and lacks only its LF (`missing-newline`) is delivered in any case,
   * once its file is finished and the next one is there; of that only a function is told.
   */
  readonly onDamage?: OnDamage
  /** What a record of this file looks like, for `salvage`. Default: learnt from the whole lines at its start. */
  readonly isRecord?: (value: unknown) => boolean
  /** Told when the file is replaced, emptied or cut. */
  readonly onChange?: (change: FollowChange) => void
  /** Longer lines are damage of kind `oversize`. Default 64 MiB. */
  readonly maxRecordBytes?: number
  /** How often the file is looked at where no event says that something happened. Default 1000. */
  readonly pollMs?: number
  /** How long a damaged line must have stood before it is judged: its writer may be taking it back. Default 500. */
  readonly settleMs?: number
  /**
   * How long a file that was renamed or replaced must not have grown before it counts as finished, where it cannot
   * be told whether anybody has it open for writing. Default 5000.
   */
  readonly quietMs?: number
}

export interface ResolvedFollowOptions {
  readonly from: 'start' | 'end' | number
  readonly cursor: string | null
  readonly signal: AbortSignal | null
  readonly onDamage: OnDamage
  readonly isRecord: ((value: unknown) => boolean) | null
  readonly onChange: (change: FollowChange) => void
  readonly maxRecordBytes: number
  readonly pollMs: number
  readonly settleMs: number
  readonly quietMs: number
}

const timerMostMs = 2 ** 31 - 1

const names: OptionNames<FollowOptions> = {
  from: true,
  cursor: true,
  signal: true,
  onDamage: true,
  isRecord: true,
  onChange: true,
  maxRecordBytes: true,
  pollMs: true,
  settleMs: true,
  quietMs: true,
}

const defaults = {
  from: 'start' as const,
  onDamage: 'skip' as const,
  onChange: () => undefined,
  maxRecordBytes: 64 * 1024 * 1024,
  pollMs: 1000,
  settleMs: 500,
  quietMs: 5000,
}

function checkFrom(from: unknown): void {
  if (from === 'start' || from === 'end') return
  if (typeof from === 'number') checkInteger('from', from, 0, Number.MAX_SAFE_INTEGER)
  else
    throw new TypeError(
      `option from: expected 'start', 'end' or an offset as a number, got ${describe(from)}`,
    )
}

export function resolveFollowOptions(given: FollowOptions): ResolvedFollowOptions {
  const { cursor, signal, isRecord, ...others } = givenOptions(given, names)
  const options = { ...defaults, ...others }
  checkFrom(options.from)
  checkOnDamage(options.onDamage)
  checkFunction('isRecord', isRecord)
  checkSignal(signal)
  checkFunction('onChange', options.onChange)
  // A longer line could not become a string.
  checkInteger('maxRecordBytes', options.maxRecordBytes, 1, constants.MAX_STRING_LENGTH)
  checkInteger('pollMs', options.pollMs, 1, timerMostMs)
  checkInteger('settleMs', options.settleMs, 0, timerMostMs)
  checkInteger('quietMs', options.quietMs, 0, timerMostMs)
  return {
    ...options,
    signal: signal ?? null,
    isRecord: isRecord ?? null,
    cursor: cursor === undefined ? null : resolvePath(cursor, 'option cursor'),
  }
}
