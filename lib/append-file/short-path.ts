// The short path of an append: one write, which lands whole where this file's last one ended, or, on this thread,
// behind somebody's LF (W1). Everything else is judged by the policy (append-policy.ts), from what the write gave.

import type { Completion, DoorCall } from '../door/door.js'
import type { Appended, Lines } from './attempt.js'
import { markSynced } from './sync-policy.js'
import type { TrackedFile } from './tracked-file.js'

/**
 * Appends bytes[0, length) to a file that is calm. null: they stand whole and end at `file.end`; else what the write
 * gave, which is yet to be judged.
 */
export function appendShort(file: TrackedFile, bytes: Uint8Array, length: number): Completion | null {
  const { door } = file
  if (!door.writeSync(bytes, length, file.end)) return door.lastCompletion()
  file.end = door.lastEnd
  file.unsynced = true
  return null
}

/** The first write of an append, where nothing has to come before it; else null. */
export function beginShort(file: TrackedFile, lines: Lines): DoorCall | null {
  if (!file.calm) return null
  const { bytes, offset, length } = lines
  if (!lines.sync) return file.door.write(bytes, offset, length)
  return file.directoriesSynced ? file.door.writeAndSync(bytes, offset, length) : null
}

/** What came of the lines by a write of the short path; null: that is yet to be judged. */
export function takeShort(file: TrackedFile, lines: Lines, completion: Completion): Appended | null {
  const { errno, start, end } = completion
  const { length } = lines
  if (errno !== 0 || start !== file.end || end - start !== length) return null
  file.end = end
  if (lines.sync) markSynced(file, end)
  else file.unsynced = true
  return { start, spoilt: 0, done: length, next: length, failure: null }
}
