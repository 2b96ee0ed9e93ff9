// After a failed sync nothing more is acknowledged on that open file (W6): the kernel may have dropped the
// dirty pages, and the next sync would report a success that proves nothing (fsync(2), NOTES).

import type { Completion } from '../door/door.js'
import { AppendError } from '../errors/append-error.js'
import { systemError, type FailureContext } from '../errors/make-error.js'
import type { TrackedFile } from './tracked-file.js'

/** Poisons the file, and says from where on durability is unknown. */
export function failedSync(file: TrackedFile, completion: Completion, context: FailureContext): AppendError {
  const error = systemError(completion, {
    ...context,
    state: 'indeterminate',
    unsyncedFrom: file.syncedEnd,
    note: `what was appended from offset ${file.syncedEnd} on may not survive a power cut`,
    // Whatever the errno: it is written, and once more it would stand there twice (W3).
  }).derive({ retryable: false })
  file.poisoned = error
  return error
}

/** What every later append and sync is refused with: the first error, as its cause. */
export function poisonedError(first: AppendError, requested: number): AppendError {
  return new AppendError({
    message: `${first.path} takes nothing more, for a sync of it has failed: ${first.message}`,
    code: first.code,
    errno: first.errno,
    kind: 'Poisoned',
    syscall: first.syscall,
    path: first.path,
    requested,
    state: 'failed',
    unsyncedFrom: first.unsyncedFrom,
    cause: first,
  })
}
