// The short path of an append on this thread: one write, which lands whole where this file's last one ended, or
// behind somebody's LF (W1). Everything else is judged by the policy (append-policy.ts), from what the write gave.

import type { Completion } from '../door/door.js'
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
