// From the kernel's cache to the disk (W5): the data, and once after opening the directories that lead to
// it. A sync that fails poisons the file (W6).

import type { ByteRange } from '../byte-range.js'
import type { Policy } from '../door/door.js'
import type { AppendError } from '../errors/append-error.js'
import { failedSync, poisonedError } from './poison.js'
import type { TrackedFile } from './tracked-file.js'

/** Everything before `end` is on the disk. */
export function markSynced(file: TrackedFile, end: number): void {
  file.syncedEnd = end
  file.unsynced = false
}

/** Syncs the directories above the file, once. null: done. */
export function* syncDirectories(file: TrackedFile, action: string): Policy<AppendError | null> {
  if (file.directoriesSynced) return null
  const completion = yield file.door.syncDirectories(file.madeDirectories)
  if (completion.errno !== 0) return failedSync(file, completion, { path: file.path, action })
  file.directoriesSynced = true
  return null
}

/** Syncs what was appended. null: it is on the disk. */
export function* syncData(
  file: TrackedFile,
  action: string,
  range: ByteRange | null,
): Policy<AppendError | null> {
  if (file.poisoned !== null) return poisonedError(file.poisoned, 0)
  const directories = yield* syncDirectories(file, action)
  if (directories !== null) return directories
  const end = file.end
  const completion = yield file.door.sync()
  if (completion.errno !== 0) return failedSync(file, completion, { path: file.path, action, range })
  markSynced(file, end)
  return null
}
