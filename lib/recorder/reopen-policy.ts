// Log rotation: from one open file to another, between two batches, so that no record is split, lost or
// doubled. The new file is opened before the old one is let go: where that fails nothing has changed.

import { closeFile, openFile } from '../append-file/open-policy.js'
import type { ResolvedAppendFileOptions } from '../append-file/options.js'
import { syncData } from '../append-file/sync-policy.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import type { FileDoor, Policy } from '../door/door.js'

/** Syncs where records were promised to be synced, and closes. Throws the first AppendError. */
export function* syncAndClose(file: TrackedFile, durable: boolean): Policy<void> {
  const unsynced =
    durable && file.open && file.unsynced && file.poisoned === null
      ? yield* syncData(file, 'close', null)
      : null
  yield* closeFile(file)
  if (unsynced !== null) throw unsynced
}

/** Opens the new file, hands it to `use`, and closes the old one. */
export function* reopenFile(
  old: TrackedFile,
  door: FileDoor,
  options: ResolvedAppendFileOptions,
  durable: boolean,
  use: (file: TrackedFile) => void,
): Policy<void> {
  // Our own exclusive lock would keep us out where the path leads to the same file.
  const exclusive = old.open && old.lock === 'exclusive'
  if (exclusive) yield old.door.lock('none')
  let file: TrackedFile
  try {
    file = yield* openFile(door, options)
  } catch (error) {
    if (exclusive) yield old.door.lock('exclusive')
    throw error
  }
  use(file)
  yield* syncAndClose(old, durable)
}
