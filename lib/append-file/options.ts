// Options of an append file, with their defaults; wrong ones are refused before anything is opened.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LockMode } from '../door/door.js'
import type { UnsafeFilesystemOption } from './file-systems.js'
import type { RollbackOption } from './tracked-file.js'

export interface AppendFileOptions {
  /** Permissions of a new file, before the umask. Default 0o600: what is recorded is nobody else's business. */
  readonly mode?: number
  /** Create missing parent directories. Default true. */
  readonly mkdir?: boolean
  /** Create the file if it is not there. Default true. */
  readonly create?: boolean
  /** Follow a symbolic link at the end of the path; false: `O_NOFOLLOW`. Default true. */
  readonly followSymlinks?: boolean
  /**
   * Advisory lock held while the file is open. `shared` (default) lets others in who take it too;
   * `exclusive` fails with kind `ResourceBusy` if anyone holds one; `none` takes none.
   */
  readonly lock?: LockMode
  /**
   * How far a rollback may go. `auto` (default): truncate under proof, else erase, else owe it. `erase`:
   * never truncate. `none`: leave fragments, on lines of their own.
   */
  readonly rollback?: RollbackOption
  /**
   * On NFS, SMB, 9p and their like, where appends of two machines overwrite each other: `fail` (default)
   * refuses with kind `Unsupported`, `warn` opens with a process warning, `ignore` opens. Where opened, each
   * range is verified by reading back its ends.
   */
  readonly onUnsafeFilesystem?: UnsafeFilesystemOption
}

export type ResolvedAppendFileOptions = Required<AppendFileOptions>

const lockModes: readonly string[] = ['none', 'shared', 'exclusive']
const rollbackOptions: readonly string[] = ['auto', 'erase', 'none']

/** As it would stand in the source: '644' is not 644. */
function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}

/** @internal */
export function checkObject(name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return
  throw new TypeError(`${name}: expected an object, got ${shown(value)}`)
}

/** @internal */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === 'string' && choices.includes(value)) return
  throw new TypeError(
    `option ${name}: expected ${choices.map((c) => `'${c}'`).join(', ')}, got ${shown(value)}`,
  )
}

/** @internal */
export function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean')
    throw new TypeError(`option ${name}: expected a boolean, got ${shown(value)}`)
}

/** @internal A whole number in [least, most]. */
export function checkInteger(name: string, value: unknown, least: number, most: number): void {
  if (typeof value !== 'number') throw new TypeError(`option ${name}: expected a number, got ${shown(value)}`)
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new RangeError(`option ${name}: expected a whole number from ${least} to ${most}, got ${value}`)
}

/** @internal Absolute, so that a later process.chdir() does not lead reopen() elsewhere. */
export function resolvePath(given: unknown): string {
  const text = given instanceof URL ? fileURLToPath(given) : given
  if (typeof text !== 'string')
    throw new TypeError(`path: expected a string or a file URL, got ${shown(text)}`)
  if (text === '') throw new TypeError('path: expected a path, got an empty string')
  // C would stop reading at the NUL and open another file.
  if (text.includes('\0')) throw new TypeError('path: must not contain a NUL character')
  // As UTF-8 it would become U+FFFD, and name another file.
  if (!text.isWellFormed()) throw new TypeError('path: must not contain an unpaired surrogate')
  return path.resolve(text)
}

/** @internal Members given as undefined count as not given. */
export function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}

/** @internal */
export function resolveAppendFileOptions(given: AppendFileOptions): ResolvedAppendFileOptions {
  checkObject('options', given)
  const options: ResolvedAppendFileOptions = {
    mode: 0o600,
    mkdir: true,
    create: true,
    followSymlinks: true,
    lock: 'shared',
    rollback: 'auto',
    onUnsafeFilesystem: 'fail',
    ...withoutUndefined(given),
  }
  checkInteger('mode', options.mode, 0, 0o7777)
  checkBoolean('mkdir', options.mkdir)
  checkBoolean('create', options.create)
  checkBoolean('followSymlinks', options.followSymlinks)
  checkChoice('lock', options.lock, lockModes)
  checkChoice('rollback', options.rollback, rollbackOptions)
  checkChoice('onUnsafeFilesystem', options.onUnsafeFilesystem, ['warn', 'fail', 'ignore'])
  return options
}
