// Options of readers; wrong ones are refused before anything is opened.

import { constants } from 'node:buffer'
import { checkBoolean, checkChoice, checkInteger, withoutUndefined } from '../append-file/options.js'
import type { Damage } from '../damage/damage.js'

/** What is done about a damaged line: end with a DamageError, leave it out, or deliver its whole records. */
export type DamageAction = 'throw' | 'skip' | 'salvage'

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
   * What to do about damage. A function is told of each damaged line before its records are delivered, and
   * says what to do; whatever it gives else, nothing too, means `skip`. Default `throw`.
   *
   * @remarks A last line that is a JSON value and lacks only its LF is delivered in any case: of that
   * (`missing-newline`) only a function is told. Blank lines, a byte order mark and CR LF are no damage.
   */
  readonly onDamage?:
    DamageAction | ((damage: Damage) => DamageAction | undefined) | ((damage: Damage) => void)
  /** Longer lines are damage of kind `oversize`, and never held in memory. Default 64 MiB. */
  readonly maxRecordBytes?: number
  /** Aborting it ends the reading with its reason. */
  readonly signal?: AbortSignal
}

type Optional = 'isRecord' | 'signal'

/** @internal */
export type ResolvedReadOptions = Required<Omit<ReadRecordsOptions, Optional>> &
  Pick<ReadRecordsOptions, Optional>

const defaults = {
  start: 0,
  end: Infinity,
  reverse: false,
  onDamage: 'throw' as const,
  maxRecordBytes: 64 * 1024 * 1024,
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new TypeError(`option ${name}: expected a function, got ${String(value)}`)
}

/** @internal */
export function resolveReadOptions(given: ReadRecordsOptions): ResolvedReadOptions {
  const options = { ...defaults, ...withoutUndefined(given) }
  const { start, end, reverse, isRecord, onDamage, maxRecordBytes } = options
  checkInteger('start', start, 0, Number.MAX_SAFE_INTEGER)
  if (end !== Infinity) checkInteger('end', end, 0, Number.MAX_SAFE_INTEGER)
  checkBoolean('reverse', reverse)
  if (isRecord !== undefined) checkFunction('isRecord', isRecord)
  if (typeof onDamage !== 'function')
    checkChoice('onDamage', onDamage, ['throw', 'skip', 'salvage', 'a function'])
  // A longer line could not become a string.
  checkInteger('maxRecordBytes', maxRecordBytes, 1, constants.MAX_STRING_LENGTH)
  return options
}
