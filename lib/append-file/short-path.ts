// The short path of an append on this thread: one write, which lands whole where this file's last one ended, or
// behind somebody's LF. Everything else is judged by the policy (append-policy.ts), from what the write gave.

import type { Completion } from '../door/door.js'
import { LF } from './attempt.js'
import { ownBytes } from './splice.js'
import type { TrackedFile } from './tracked-file.js'

/** The byte before an append, and the append's first ones; nothing else uses it. */
const there = Buffer.allocUnsafeSlow(1 + ownBytes)

/** What `lookBefore` finds most often (W1): an LF stands before the append, and its own bytes behind that. */
function followsLineFeed(file: TrackedFile, start: number, bytes: Uint8Array, length: number): boolean {
  const own = Math.min(length, ownBytes)
  const { door } = file
  const errno = door.readSync(there, start - 1)
  if (errno !== 0 || door.lastEnd < start + own || there[0] !== LF) return false
  for (let i = 0; i < own; i++) if (there[i + 1] !== bytes[i]) return false
  return true
}

/**
 * Appends bytes[0, length) to a file that is calm. null: they stand whole and end at `file.end`; else what the write
 * gave, which is yet to be judged.
 */
export function appendShort(file: TrackedFile, bytes: Uint8Array, length: number): Completion | null {
  const { door } = file
  const errno = door.writeSync(bytes, 0, length)
  const start = door.lastStart
  const end = door.lastEnd
  if (errno !== 0 || end - start !== length || start < file.end) return door.lastCompletion()
  if (start > file.end && !followsLineFeed(file, start, bytes, length)) {
    return { errno, syscall: '', start, end, detail: 0 }
  }
  file.end = end
  file.unsynced = true
  return null
}
