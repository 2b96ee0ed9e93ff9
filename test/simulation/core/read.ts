// Reading at a place (src/core/read.h): what is there, up to the end of the file.

import type { CoreFile } from './core-file.js'
import { done, failed, type Steps } from './steps.js'

export function* readAt(file: CoreFile, into: Uint8Array, offset: number): Steps {
  yield
  const errno = file.errnoFor('pread')
  if (errno !== 0) return failed('pread', errno)
  const part = file.opened.inode.bytes.subarray(offset, offset + into.length)
  into.set(part)
  return done(offset, offset + part.length)
}
