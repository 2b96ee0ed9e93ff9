// The lock that programs agree on (src/core/lock.h), and the lease, by which the kernel proves that nobody else has the
// file open (lease.h). Opening breaks a lease: its holder sees that before it cuts anything.

import type { Completion, LockMode } from '../../../lib/door/door.js'
import { errnos, type Inode, type Open } from '../world.js'
import type { CoreFile } from './core-file.js'
import { failed, nothing, type Steps } from './steps.js'

export function takeLock(inode: Inode, open: Open, mode: LockMode): Completion {
  for (const other of inode.opens) {
    if (other === open || other.lock === 'none') continue
    if (mode === 'exclusive' || (mode === 'shared' && other.lock === 'exclusive')) {
      return failed('fcntl', errnos.EAGAIN)
    }
  }
  open.lock = mode
  return nothing
}

/** The kernel's rule: nobody else has it open. */
export function takeLease({ opened, world, broken }: CoreFile): boolean {
  if (broken.truncateWithoutProof === true) return true
  if (world.faults.leaseRefused() || opened.inode.opens.size > 1) return false
  opened.inode.leaseOf = opened
  return true
}

/** Nobody has come in since it was taken. */
export function keptLease({ opened, broken }: CoreFile): boolean {
  return broken.truncateWithoutProof === true || opened.inode.leaseOf === opened
}

export function dropLease({ opened }: CoreFile): void {
  if (opened.inode.leaseOf === opened) opened.inode.leaseOf = null
}

export function* probeLease(file: CoreFile): Steps {
  yield
  if (!takeLease(file)) return failed('fcntl', errnos.EAGAIN)
  dropLease(file)
  return nothing
}
