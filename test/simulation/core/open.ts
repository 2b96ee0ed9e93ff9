// Opening and closing (src/core/open.h).

import type { OpenRequest } from '../../../lib/door/door.js'
import { errnos } from '../world.js'
import type { CoreFile } from './core-file.js'
import { done, failed, nothing, type Steps } from './steps.js'

export function* open(file: CoreFile, request: OpenRequest): Steps {
  yield
  const { world, process, path } = file
  const errno = file.errnoFor('open')
  if (errno !== 0) return failed('open', errno)
  const there = world.files.get(path)
  if (there !== undefined && request.mustBeNew) return failed('open', errnos.EEXIST)
  file.open = world.open(path, process.actor)
  process.opens.push(file.open)
  return done(0, file.open.inode.bytes.length)
}

export function* close(file: CoreFile): Steps {
  yield
  file.world.close(file.opened)
  const errno = file.errnoFor('close')
  return errno === 0 ? nothing : failed('close', errno)
}

/** Closes what is open, and says nothing of how that went. */
export function release({ open, world }: CoreFile): void {
  if (open !== null && !open.closed) world.close(open)
}
