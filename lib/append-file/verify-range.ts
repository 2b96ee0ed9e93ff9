// Does the file hold our bytes where the kernel says it put them? Asked only where that is in doubt: the
// file has shrunk, or it is on a file system whose append offsets are not to be believed (W1).

import type { ByteRange } from '../byte-range.js'
import type { Policy } from '../door/door.js'
import type { TrackedFile } from './tracked-file.js'

/** How much of each end is compared. */
const endBytes = 64

function* holds(file: TrackedFile, bytes: Uint8Array, start: number): Policy<boolean> {
  const there = new Uint8Array(bytes.length)
  const read = yield file.door.readAt(there, start)
  return read.errno === 0 && read.end - read.start === bytes.length && Buffer.compare(there, bytes) === 0
}

export function* standsInFile(file: TrackedFile, range: ByteRange, bytes: Uint8Array): Policy<boolean> {
  if (range.start < 0) return false
  if (bytes.length <= 2 * endBytes) return yield* holds(file, bytes, range.start)
  if (!(yield* holds(file, bytes.subarray(0, endBytes), range.start))) return false
  return yield* holds(file, bytes.subarray(-endBytes), range.end - endBytes)
}
