// Options of a repair; wrong ones are refused before anything is opened.

import { constants } from 'node:buffer'
import { resolvePath } from '../append-file/options.js'
import type { Damage } from '../damage/damage.js'
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkSignal,
  givenOptions,
  type OptionNames,
} from '../option-checks.js'

/** What is under way; each step goes over the whole file. */
export type RepairStep = 'check' | 'copy' | 'verify' | 'quarantine'

export interface RepairOptions {
  /** Only say what would be done; default false. */
  readonly dryRun?: boolean
  /** Write the healed copy there, where nothing is yet, and leave the file as it is. Others may read it meanwhile. */
  readonly output?: string | URL
  /** Longer lines are not looked into and stay as they are; default 64 MiB. */
  readonly maxRecordBytes?: number
  /** What counts as a whole record on a damaged line; default: what looks like the file's whole lines. */
  readonly isRecord?: (value: unknown) => boolean
  /** How many entries each list of the report's `check` holds at most; default 10,000. */
  readonly maxDamage?: number
  /** Told of all that is found, harmless or not, before anything is changed; the repair waits for its promise. */
  readonly onDamage?: (damage: Damage) => void | Promise<void>
  /** Told how far a step is, in bytes. */
  readonly onProgress?: (step: RepairStep, done: number, total: number) => void
  /** Ends the repair, which then fails with the signal's reason; what was begun is undone. */
  readonly signal?: AbortSignal
}

type Optional = 'isRecord' | 'onDamage' | 'onProgress' | 'signal'

export type ResolvedRepairOptions = Required<Omit<RepairOptions, Optional | 'output'>> &
  Pick<RepairOptions, Optional> & { readonly output: string | null }

const names: OptionNames<RepairOptions> = {
  dryRun: true,
  output: true,
  maxRecordBytes: true,
  isRecord: true,
  maxDamage: true,
  onDamage: true,
  onProgress: true,
  signal: true,
}

export function resolveRepairOptions(given: RepairOptions): ResolvedRepairOptions {
  const { output, ...others } = givenOptions(given, names)
  const options = {
    ...{ dryRun: false, maxRecordBytes: 64 * 1024 * 1024, maxDamage: 10_000 },
    ...others,
    output: output === undefined ? null : resolvePath(output, 'option output'),
  }
  checkBoolean('dryRun', options.dryRun)
  checkInteger('maxRecordBytes', options.maxRecordBytes, 1, constants.MAX_STRING_LENGTH)
  checkInteger('maxDamage', options.maxDamage, 1, Number.MAX_SAFE_INTEGER)
  for (const name of ['isRecord', 'onDamage', 'onProgress'] as const) checkFunction(name, options[name])
  checkSignal(options.signal)
  return options
}
