// After a failed sync (W6, 3.7): another sync of the same bytes proves nothing, on ext4 not even for records
// that are appended later. Cutting the file back to the last good sync and appending again does. That is
// done under the lease, so that nobody comes in between; or else in a new file.

import { appendLines } from '../append-file/append-policy.js'
import type { Lines } from '../append-file/attempt.js'
import { closeFile, openFile, unlock } from '../append-file/open-policy.js'
import { rollBackOrOwe } from '../append-file/owed.js'
import type { ResolvedAppendFileOptions } from '../append-file/options.js'
import { syncData } from '../append-file/sync-policy.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import type { ByteRange } from '../byte-range.js'
import type { Door, Policy } from '../door/door.js'
import { AppendError } from '../errors/append-error.js'
import type { UnsyncedRecords } from './unsynced-records.js'

/** A file in which everything that was given is on the disk, and where the lines of the failed append start. */
export interface Saved {
  readonly file: TrackedFile
  readonly start: number
  /** The old file could not be closed in good order. */
  readonly closing: AppendError | null
}

/** How many names are tried for the new file. */
const namesMost = 1000

/** What closing it failed with: fragments that are left in it, say. */
function* closeAndTell(file: TrackedFile): Policy<AppendError | null> {
  try {
    yield* closeFile(file)
    return null
  } catch (error) {
    if (error instanceof AppendError) return error
    throw error
  }
}

function* orNull<Result>(policy: Policy<Result>): Policy<Result | null> {
  try {
    return yield* policy
  } catch (error) {
    if (error instanceof AppendError) return null
    throw error
  }
}

function linesBytes(lines: Lines | null): Uint8Array {
  return lines === null ? new Uint8Array(0) : lines.bytes.subarray(lines.offset, lines.offset + lines.length)
}

/**
 * Writes the lines of the failed append again, in their place, or else, where others have the file open, in
 * a new file. Records that were acknowledged since the last good sync are never cut off for that, for writing
 * them again may fail too: they are saved in a new file, and stay where they are. null: it cannot be done.
 */
export function* rescue(
  door: Door,
  old: TrackedFile,
  options: ResolvedAppendFileOptions,
  unsynced: UnsyncedRecords,
  lines: Lines | null,
): Policy<Saved | null> {
  const inPlace = unsynced.bytes === 0 ? yield* rewriteInPlace(door, old, options, lines) : null
  return inPlace ?? (yield* rotate(door, old, options, unsynced, lines))
}

function* rewriteInPlace(
  door: Door,
  old: TrackedFile,
  options: ResolvedAppendFileOptions,
  lines: Lines | null,
): Policy<Saved | null> {
  const start = old.syncedEnd
  const bytes = linesBytes(lines)
  // Others' bytes may stand between, or a seal of ours.
  if (!old.leasesProve || bytes.length === 0 || start + bytes.length !== old.end) return null

  const rewritten = yield old.door.rewriteUnderLease(bytes, start)
  const landed = rewritten.errno === 0 ? rewritten.end - rewritten.start : 0
  if (landed < bytes.length && landed > 0) yield* takeBackPart(old, rewritten, bytes.subarray(0, landed))
  if (landed !== bytes.length || rewritten.start !== start) return null
  const file = yield* openAgain(door, old, options)
  if (file === null) return null
  if ((yield* syncData(file, 'sync', null)) === null) {
    return { file, start, closing: yield* closeAndTell(old) }
  }
  yield* closeAndTell(file)
  return null
}

/** Cut off and written again only in part: the old file takes nothing more, so the part is taken back. */
function* takeBackPart(old: TrackedFile, { start, end }: ByteRange, bytes: Uint8Array): Policy<void> {
  old.end = end
  yield* rollBackOrOwe(old, { range: { start, end }, bytes, spliced: false })
}

/** Opens the same file once more; null where that fails, or where the path leads to another by now. */
function* openAgain(
  door: Door,
  old: TrackedFile,
  options: ResolvedAppendFileOptions,
): Policy<TrackedFile | null> {
  // Our own exclusive lock would keep us out.
  if (old.lock === 'exclusive') yield* unlock(old)
  const file = yield* orNull(openFile(door.file(old.path), options))
  if (file === null) return null
  const led = yield old.door.leadsTo()
  const leads = yield file.door.leadsTo()
  if (led.errno === 0 && led.detail === 1 && leads.errno === 0 && leads.detail === 1) return file
  yield* closeAndTell(file)
  return null
}

/** A file that was not there before: `<path>.1`, `<path>.2`, … */
function* openNew(door: Door, path: string, options: ResolvedAppendFileOptions): Policy<TrackedFile | null> {
  for (let number = 1; number <= namesMost; number++) {
    try {
      return yield* openFile(door.file(`${path}.${number}`), options, true)
    } catch (error) {
      if (!(error instanceof AppendError)) throw error
      if (error.code !== 'EEXIST') return null
    }
  }
  return null
}

/** Appends everything since the last good sync to a new file, synced. null: it cannot be done. */
export function* rotate(
  door: Door,
  old: TrackedFile,
  options: ResolvedAppendFileOptions,
  unsynced: UnsyncedRecords,
  lines: Lines | null,
): Policy<Saved | null> {
  const file = yield* openNew(door, old.path, options)
  if (file === null) return null
  const kept = unsynced.joined()
  const bytes = Buffer.concat([kept, linesBytes(lines)])
  const all = { bytes, offset: 0, length: bytes.length, atomic: true, sync: true }
  const nothing = { start: 0, failure: null }
  const appended = bytes.length === 0 ? nothing : yield* appendLines(file, all)
  if (appended.failure !== null) {
    // The records stand in the old file; what landed here of them would be there twice.
    if (file.end === bytes.length) yield file.door.truncateUnderLease(file.end, 0, bytes)
    yield* closeAndTell(file)
    return null
  }
  return { file, start: appended.start + kept.length, closing: yield* closeAndTell(old) }
}
