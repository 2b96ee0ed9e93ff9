// A torn tail is copied to `<path>.torn` and synced there before anything is cut off. That file is JSON
// Lines itself and is written by the same append as every other.

import type { ByteRange } from '../byte-range.js'
import type { Door, Policy } from '../door/door.js'
import { appendLines } from '../append-file/append-policy.js'
import { closeFile, openFile } from '../append-file/open-policy.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import { AppendError } from '../errors/append-error.js'

const LF = 0x0a

/** A longer tail becomes several entries, one behind the other: base64 of it must fit into a string. */
const entryMostBytes = 48 * 1024 * 1024

/** One line of the quarantine file. */
interface QuarantineEntry {
  readonly time: string
  readonly offset: number
  readonly length: number
  readonly reason: string
  /** The bytes themselves, in base64. */
  readonly bytes: string
}

/** The lines that keep these bytes. */
export function entriesOf(range: ByteRange, bytes: Buffer, reason: string): Buffer {
  const time = new Date().toISOString()
  const lines: Buffer[] = []
  for (let at = 0; at < bytes.length; at += entryMostBytes) {
    const part = bytes.subarray(at, at + entryMostBytes)
    const entry: QuarantineEntry = {
      time,
      offset: range.start + at,
      length: part.length,
      reason,
      bytes: part.toString('base64'),
    }
    lines.push(Buffer.from(JSON.stringify(entry)), Buffer.of(LF))
  }
  return Buffer.concat(lines)
}

/** Opens it for appending, or makes it with this mode. Throws AppendError. */
export function* openQuarantine(door: Door, path: string, mode: number): Policy<TrackedFile> {
  const file = yield* openFile(door.file(path), {
    mode,
    mkdir: false,
    create: true,
    followSymlinks: false,
    lock: 'none',
    rollback: 'auto',
    onUnsafeFilesystem: 'ignore',
  })
  const there = yield file.door.size()
  if (there.errno === 0 && there.end === 0 && there.detail !== mode) yield file.door.setMode(mode)
  return file
}

/** Appends entries and syncs them. The error where that fails, else null. */
export function* appendEntries(target: TrackedFile, entries: Buffer): Policy<AppendError | null> {
  const lines = { bytes: entries, offset: 0, length: entries.length, atomic: true, sync: true }
  return (yield* appendLines(target, lines)).failure
}

/** Puts the bytes into quarantine and on the disk. The error where that fails, else null. */
export function* quarantine(
  door: Door,
  file: TrackedFile,
  range: ByteRange,
  bytes: Buffer,
  reason: string,
): Policy<AppendError | null> {
  const size = yield file.door.size()
  const mode = size.errno === 0 ? size.detail : 0o600
  try {
    const target = yield* openQuarantine(door, quarantinePath(file.path), mode)
    const entries = entriesOf(range, bytes, reason)
    const failure = yield* appendEntries(target, entries)
    yield* closeFile(target)
    return failure
  } catch (error) {
    if (error instanceof AppendError) return error
    throw error
  }
}

export function quarantinePath(path: string): string {
  return `${path}.torn`
}
