// Which file systems append atomically and mean their leases, and which do not (DESIGN 7; measured: two NFS
// clients lost half of their records to each other, two writers on 9p got nearly every range wrong).

import type { AppendError } from '../errors/append-error.js'
import { ownError } from '../errors/make-error.js'
import type { TrackedFile } from './tracked-file.js'

/** What to do on a file system that does not append atomically between machines. */
export type UnsafeFilesystemOption = 'warn' | 'fail' | 'ignore'

const networkFileSystems = new Set(['nfs', 'cifs', 'smb', 'smb2', '9p', 'afs', 'coda', 'smbfs', 'webdav'])

/**
 * Only this machine writes there, and the kernel knows of every open, so a lease proves what it says. Measured
 * on the first five; the next take the same leases of the same kernel. The last two, of macOS, have none. On
 * every other, on cluster file systems and unknown ones, nothing is taken for granted.
 */
const localFileSystems = new Set([
  ...['ext4', 'xfs', 'btrfs', 'tmpfs', 'overlay'],
  ...['f2fs', 'zfs', 'bcachefs', 'jfs', 'reiserfs', 'ramfs'],
  ...['apfs', 'hfs'],
])

/** A lease that is granted there says something of all who have the file open. */
export function leasesProve(fileSystem: string): boolean {
  return localFileSystems.has(fileSystem)
}

function unsafeError(file: TrackedFile): AppendError {
  return ownError('ERR_UNSAFE_FILESYSTEM', 'Unsupported', {
    path: file.path,
    action: 'open',
    note:
      `it is on ${file.fileSystem}, where appends of two machines overwrite each other; ` +
      "onUnsafeFilesystem: 'warn' opens it all the same, for one writer",
  })
}

/** Sets what can be believed about this file. An error where it must not be opened, else null. */
export function judgeFileSystem(file: TrackedFile, option: UnsafeFilesystemOption): AppendError | null {
  if (leasesProve(file.fileSystem)) return null
  file.leasesProve = false
  file.verifyRanges = true
  if (!networkFileSystems.has(file.fileSystem) || option === 'ignore') return null
  const error = unsafeError(file)
  if (option === 'fail') return error
  process.emitWarning(error.message, { code: error.code, type: 'WholelineWarning' })
  return null
}
