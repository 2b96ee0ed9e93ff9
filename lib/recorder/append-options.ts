// Options of a single append.

import { checkBoolean, givenOptions, type OptionNames } from '../option-checks.js'

/** Options of a single append. */
export interface AppendOptions {
  /** Resolve only when the record is on the disk, whatever the `fsync` option says. Default false. */
  readonly sync?: boolean
}

const appendOptionNames: OptionNames<AppendOptions> = { sync: true }

/** Called for each record, mostly without options. */
export function isToBeSynced(options: AppendOptions | undefined): boolean {
  if (options === undefined) return false
  const { sync = false } = givenOptions(options, appendOptionNames)
  checkBoolean('sync', sync)
  return sync
}
