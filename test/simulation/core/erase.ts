// Blanking our own bytes in place (src/core/erase.h): compared first, then the last byte of each line, then all of
// them but a last LF, and read back.

import { Erasure } from '../../../lib/door/door.js'
import type { Inode } from '../world.js'
import type { CoreFile } from './core-file.js'
import { done, failed, nothing, type Steps } from './steps.js'

const LF = 0x0a
const SPACE = 0x20

export function* erase(file: CoreFile, bytes: Uint8Array, start: number): Steps {
  yield
  const { broken, opened } = file
  const { inode } = opened
  const blank = blankOf(bytes, broken.eraseLastLineFeed !== true)
  if (!isOurs(inode, bytes, blank, start) && broken.eraseWithoutComparing !== true) {
    return done(0, 0, Erasure.notOurs)
  }
  // Only a third program that empties the file at this very moment could come between (docs: limits).
  const errno = openLines(file, bytes, start) || overwrite(file, blank, start)
  if (errno !== 0) return failed('write', errno)
  yield
  const after = inode.bytes.subarray(start, start + bytes.length)
  return after.equals(blank) ? nothing : done(0, 0, Erasure.notErased)
}

function blankOf(bytes: Uint8Array, keepsLastLineFeed: boolean): Buffer {
  const blank = Buffer.alloc(bytes.length, SPACE)
  if (bytes.at(-1) === LF && keepsLastLineFeed) blank[blank.length - 1] = LF
  return blank
}

/** What an earlier attempt has blanked is ours, too. */
function isOurs({ bytes: all }: Inode, bytes: Uint8Array, blank: Uint8Array, start: number): boolean {
  const there = all.subarray(start, start + bytes.length)
  if (there.length !== bytes.length) return false
  return bytes.every((byte, i) => there[i] === byte || there[i] === blank[i])
}

/** Takes away what closes each line, so that no part of one that is left can be read as a record. */
function openLines(file: CoreFile, bytes: Uint8Array, start: number): number {
  for (let at = 1; at <= bytes.length; at++) {
    if ((at < bytes.length && bytes[at] !== LF) || bytes[at - 1] === LF) continue
    const errno = file.errnoFor('pwrite')
    if (errno !== 0) return errno
    file.world.overwrite(file.opened.inode, start + at - 1, Buffer.of(SPACE), file.process.actor)
  }
  return 0
}

function overwrite(file: CoreFile, blank: Buffer, start: number): number {
  const { world } = file
  const errno = file.errnoFor('pwrite')
  if (errno !== 0) return errno
  const cut = world.faults.shortWrite(blank.length)
  world.overwrite(file.opened.inode, start, cut < 0 ? blank : blank.subarray(0, cut), file.process.actor)
  file.note(`erased [${start}, ${start + blank.length})`)
  return 0
}
