// Cutting off the end of the file under proof (src/core/truncate.h): a lease, or a lock and no more than that.

import { Truncation } from '../../../lib/door/door.js'
import { errnos } from '../world.js'
import type { CoreFile } from './core-file.js'
import { dropLease, keptLease, takeLease } from './lock.js'
import { done, failed, type Steps } from './steps.js'

export function* truncateUnderLease(
  file: CoreFile,
  expectedEnd: number,
  newEnd: number,
  bytes?: Uint8Array,
): Steps {
  yield
  if (!takeLease(file)) return failed('fcntl', errnos.EAGAIN)
  yield
  if (!keptLease(file)) return done(0, 0, Truncation.leaseLost)
  const completion = yield* cutIfUnchanged(file, expectedEnd, newEnd, bytes)
  dropLease(file)
  return completion
}

export function* cutIfUnchanged(
  file: CoreFile,
  expectedEnd: number,
  newEnd: number,
  bytes?: Uint8Array,
): Steps {
  const { opened, world } = file
  const { inode } = opened
  if (inode.bytes.length !== expectedEnd) return done(0, 0, Truncation.grown)
  const there = inode.bytes.subarray(newEnd, expectedEnd)
  if (bytes !== undefined && Buffer.compare(there, bytes) !== 0) return done(0, 0, Truncation.notOurs)
  // Between the look and the cut anybody may write who has the file open; with the lease nobody has, and opens wait.
  if (inode.leaseOf !== opened) yield
  const errno = file.errnoFor('ftruncate')
  if (errno !== 0) return failed('ftruncate', errno)
  world.truncate(inode, newEnd, file.process.actor)
  file.note(`cut to ${newEnd}`)
  return done(newEnd, newEnd)
}

/** Under one lease: cuts the bytes off, and writes them again. */
export function* rewriteUnderLease(file: CoreFile, bytes: Uint8Array, start: number): Steps {
  yield
  if (!takeLease(file)) return failed('fcntl', errnos.EAGAIN)
  const cut = yield* cutIfUnchanged(file, start + bytes.length, start, bytes)
  if (cut.errno !== 0 || cut.detail !== Truncation.done) {
    dropLease(file)
    return cut
  }
  const { errno, written } = file.world.append(file.opened, bytes)
  dropLease(file)
  return errno !== 0 ? failed('write', errno) : done(start, start + written)
}
