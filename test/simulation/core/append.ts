// One write in append mode, with or without a sync behind it (src/core/append.h, sync.h).

import type { Completion } from '../../../lib/door/door.js'
import type { CoreFile } from './core-file.js'
import { done, failed, type Steps } from './steps.js'

export function* writeOnce(file: CoreFile, bytes: Uint8Array, andSync: boolean): Steps {
  yield
  const { opened } = file
  const { errno, written } = file.world.append(opened, bytes)
  if (errno !== 0) return failed('write', errno)
  const end = opened.position
  const landed = done(end - written, end)
  file.note(`wrote [${landed.start}, ${end}) of ${bytes.length}`)
  if (!andSync || written < bytes.length) return landed
  return yield* sync(file, landed)
}

/** Comes to what had landed before it. */
export function* sync(file: CoreFile, landed: Completion): Steps {
  yield
  if (file.broken.syncLies === true) return landed
  const errno = file.world.sync(file.opened)
  file.note(`synced ${file.path}: ${errno}`)
  return errno === 0 ? landed : { ...landed, errno, syscall: 'fdatasync' }
}
