// Options of an append file, with their defaults; wrong ones are refused before anything is opened.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LockMode } from '../door/door.js'
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  describe,
  givenOptions,
  type OptionNames,
} from '../option-checks.js'
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

/** @internal Absolute, so that a later process.chdir() does not lead reopen() elsewhere. */
export function resolvePath(given: unknown, name = 'path'): string {
  const text = given instanceof URL ? fileURLToPath(given) : given
  if (typeof text !== 'string')
    throw new TypeError(`${name}: expected a string or a file URL, got ${describe(text)}`)
  if (text === '') throw new TypeError(`${name}: expected a path, got an empty string`)
  // C would stop reading at the NUL and open another file.
  if (text.includes('\0')) throw new TypeError(`${name}: must not contain a NUL character`)
  // As UTF-8 it would become U+FFFD, and name another file.
  if (!text.isWellFormed()) throw new TypeError(`${name}: must not contain an unpaired surrogate`)
  return path.resolve(text)
}

/** @internal */
export const appendFileOptionNames: OptionNames<AppendFileOptions> = {
  mode: true,
  mkdir: true,
  create: true,
  followSymlinks: true,
  lock: true,
  rollback: true,
  onUnsafeFilesystem: true,
}

const defaults: ResolvedAppendFileOptions = {
  mode: 0o600,
  mkdir: true,
  create: true,
  followSymlinks: true,
  lock: 'shared',
  rollback: 'auto',
  onUnsafeFilesystem: 'fail',
}

/** @internal Of options that may be for more than the file, with names that are known. */
export function resolveFileOptions(given: AppendFileOptions): ResolvedAppendFileOptions {
  const options = { ...defaults, ...given }
  checkInteger('mode', options.mode, 0, 0o7777)
  checkBoolean('mkdir', options.mkdir)
  checkBoolean('create', options.create)
  checkBoolean('followSymlinks', options.followSymlinks)
  checkChoice('lock', options.lock, lockModes)
  checkChoice('rollback', options.rollback, rollbackOptions)
  checkChoice('onUnsafeFilesystem', options.onUnsafeFilesystem, ['warn', 'fail', 'ignore'])
  const { mode, mkdir, create, followSymlinks, lock, rollback, onUnsafeFilesystem } = options
  return { mode, mkdir, create, followSymlinks, lock, rollback, onUnsafeFilesystem }
}

/** @internal */
export function resolveAppendFileOptions(given: AppendFileOptions): ResolvedAppendFileOptions {
  return resolveFileOptions(givenOptions(given, appendFileOptionNames))
}
