// Options of readers; wrong ones are refused before anything is opened.

import { constants } from 'node:buffer'
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkOnDamage,
  checkSignal,
  givenOptions,
  type OptionNames,
} from '../option-checks.js'
import type { OnDamage } from './on-damage.js'

/** Options of `readRecords`. */
export interface ReadRecordsOptions {
  /** In bytes; an offset inside a line starts at the next line. Default 0. */
  readonly start?: number
  /** Lines that start before it are read, the last one to its end. Default: to the end of the file. */
  readonly end?: number
  /** The newest record first. Default false. */
  readonly reverse?: boolean
  /**
   * Is an object or array that stands whole in a damaged line a record, and not a part of one? Default: it is
   * like the whole lines at the start of the file (of the same type, with the keys that all objects there have).
   */
  readonly isRecord?: (value: unknown) => boolean
  /**
   * What to do about damage. A function is told of each damaged line before its records are delivered, and returns
   * what to do; whatever else it returns, nothing too, means `skip`. A promise is waited for. Default `throw`.
   *
   * @remarks A last line that is a JSON value and lacks only its LF is delivered in any case: of that
   * (`missing-newline`) only a function is told. Blank lines, a byte order mark and CR LF are no damage.
   */
  readonly onDamage?: OnDamage
  /** Longer lines are damage of kind `oversize`, and never held in memory. Default 64 MiB. */
  readonly maxRecordBytes?: number
  /** Aborting it ends the reading with its reason. */
  readonly signal?: AbortSignal
}

type Optional = 'isRecord' | 'signal'

/** @internal */
export type ResolvedReadOptions = Required<Omit<ReadRecordsOptions, Optional>> &
  Pick<ReadRecordsOptions, Optional>

const names: OptionNames<ReadRecordsOptions> = {
  start: true,
  end: true,
  reverse: true,
  isRecord: true,
  onDamage: true,
  maxRecordBytes: true,
  signal: true,
}

const defaults = {
  start: 0,
  end: Infinity,
  reverse: false,
  onDamage: 'throw' as const,
  maxRecordBytes: 64 * 1024 * 1024,
}

/** @internal */
export function resolveReadOptions(given: ReadRecordsOptions): ResolvedReadOptions {
  const options = { ...defaults, ...givenOptions(given, names) }
  const { start, end, reverse, isRecord, onDamage, maxRecordBytes, signal } = options
  checkInteger('start', start, 0, Number.MAX_SAFE_INTEGER)
  if (end !== Infinity) checkInteger('end', end, 0, Number.MAX_SAFE_INTEGER)
  checkBoolean('reverse', reverse)
  checkFunction('isRecord', isRecord)
  checkOnDamage(onDamage)
  checkSignal(signal)
  // A longer line could not become a string.
  checkInteger('maxRecordBytes', maxRecordBytes, 1, constants.MAX_STRING_LENGTH)
  return options
}
