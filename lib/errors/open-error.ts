// A path that does not open, told with what it is where it is no regular file (W7).

import type { Completion } from '../door/door.js'
import type { AppendError } from './append-error.js'
import { nameError } from './error-names.js'
import { systemError, type FailureContext } from './make-error.js'

const fileTypes: Readonly<Record<number, string>> = {
  0o010000: 'a FIFO',
  0o020000: 'a character device',
  0o040000: 'a directory',
  0o060000: 'a block device',
  0o140000: 'a socket',
}

/** For a failed `open` or `openForReading` of the door. */
export function openError(path: string, completion: Completion): AppendError {
  const isDirectory = nameError(completion.errno).code === 'EISDIR'
  const type = isDirectory ? 'a directory' : fileTypes[completion.detail]
  const context: FailureContext = { path, action: 'open' }
  return systemError(completion, type === undefined ? context : { ...context, note: `it is ${type}` })
}
