// Opening: the descriptor, the file system's name, the lock, and what stands at the end of the file.

import type { ByteRange } from '../byte-range.js'
import type { FileDoor, Policy } from '../door/door.js'
import type { AppendError } from '../errors/append-error.js'
import { ownError, systemError } from '../errors/make-error.js'
import { nameError } from '../errors/error-names.js'
import { openError } from '../errors/open-error.js'
import { judgeFileSystem } from './file-systems.js'
import type { ResolvedAppendFileOptions } from './options.js'
import { LF } from './attempt.js'
import { settleOwed } from './owed.js'
import { TrackedFile } from './tracked-file.js'

/** "DEVICE:INODE" in decimal. */
const identityMostBytes = 64

function* nameFileSystem(door: FileDoor): Policy<string> {
  const name = Buffer.alloc(64)
  const completion = yield door.nameFileSystem(name)
  return completion.errno === 0 ? name.toString('utf8', 0, completion.end) : ''
}

function* describeHolders(door: FileDoor): Policy<string> {
  const text = Buffer.alloc(4096)
  const completion = yield door.lockHolders(text)
  const lines = completion.errno === 0 ? text.toString('utf8', 0, completion.end).trimEnd() : ''
  if (lines === '') return 'the holder is unknown'
  return `held by ${lines
    .split('\n')
    .map((line) => `process ${line}`)
    .join(', ')}`
}

/** null: the lock is held, or none was asked for. */
function* takeLock(file: TrackedFile): Policy<AppendError | null> {
  if (file.lock === 'none') return null
  const completion = yield file.door.lock(file.lock)
  if (completion.errno === 0) return null
  const context = { path: file.path, action: `lock (${file.lock})` }
  const { code } = nameError(completion.errno)
  if (code === 'EAGAIN') {
    const holders = yield* describeHolders(file.door)
    // The errno is the kernel's, the kind says what it means for a lock.
    return systemError(completion, { ...context, note: holders }).derive({ kind: 'ResourceBusy' })
  }
  if (code === 'EINVAL' || code === 'ENOLCK' || code === 'EOPNOTSUPP' || code === 'ENOSYS') {
    const note = `${file.fileSystem} has no such locks; open with lock: 'none'`
    return systemError(completion, { ...context, note }).derive({ kind: 'Unsupported' })
  }
  return systemError(completion, context)
}

/** Gives the lock up. What it proved, it proves no more. */
export function* unlock(file: TrackedFile): Policy<void> {
  file.lock = 'none'
  yield file.door.lock('none')
}

/** Are the two open files one and the same? Where that cannot be learnt, they are taken for it. */
export function* isSameFile(one: TrackedFile, other: TrackedFile): Policy<boolean> {
  const names: Buffer[] = []
  for (const { door } of [one, other]) {
    const name = Buffer.alloc(identityMostBytes)
    const completion = yield door.identify(name)
    if (completion.errno !== 0) return true
    names.push(name.subarray(0, completion.end))
  }
  return names[0]?.equals(names[1] ?? Buffer.alloc(0)) ?? true
}

/** A file whose last line has no LF gets one before the first append. */
function* lookAtTail(file: TrackedFile): Policy<AppendError | null> {
  if (file.end === 0) return null
  const last = new Uint8Array(1)
  const completion = yield file.door.readAt(last, file.end - 1)
  if (completion.errno !== 0) return systemError(completion, { path: file.path, action: 'open' })
  if (last[0] !== LF) file.needsSeal = true
  return null
}

/** Closes what was opened, and throws. */
export function* closeAndFail(file: TrackedFile, error: AppendError): Policy<never> {
  file.open = false
  yield file.door.close()
  file.door.release()
  throw error
}

/** Opens the file behind `door`. Throws AppendError, and leaves nothing open then. */
export function* openFile(
  door: FileDoor,
  options: ResolvedAppendFileOptions,
  mustBeNew = false,
): Policy<TrackedFile> {
  const opened = yield door.open({
    create: options.create,
    followSymlinks: options.followSymlinks,
    makeDirectories: options.mkdir && options.create,
    mustBeNew,
    mode: options.mode,
  })
  if (opened.errno !== 0) {
    door.release()
    throw openError(door.path, opened)
  }
  const file = new TrackedFile(door, options.lock, options.rollback)
  file.open = true
  file.end = opened.end
  file.syncedEnd = opened.end
  file.madeDirectories = opened.detail
  file.fileSystem = yield* nameFileSystem(door)
  const failure =
    judgeFileSystem(file, options.onUnsafeFilesystem) ?? (yield* takeLock(file)) ?? (yield* lookAtTail(file))
  if (failure !== null) yield* closeAndFail(file, failure)
  return file
}

/** Those of the ranges that the file still reaches: what stood behind its end, somebody has cut off. */
function* stillThere(file: TrackedFile, ranges: readonly ByteRange[]): Policy<readonly ByteRange[]> {
  if (ranges.length === 0) return ranges
  const size = yield file.door.size()
  return size.errno === 0 ? ranges.filter(({ start }) => start < size.end) : ranges
}

/** The error for a file that is closed while fragments could not be taken back, or were given up. */
function* owedError(file: TrackedFile): Policy<AppendError | null> {
  const { ranges: givenUp, more } = file.givenUp
  const left = [...(yield* stillThere(file, givenUp)), ...file.owed.map(({ range }) => range)]
  left.sort((a, b) => a.start - b.start)
  const [first] = left
  if (first === undefined) return null
  const ranges = left.map(({ start, end }) => `[${start}, ${end})`).join(', ')
  const others = more === 0 ? '' : `, and ${more} more`
  return ownError('ERR_ROLLBACK_OWED', 'InvalidData', {
    path: file.path,
    action: 'close',
    range: first,
    state: 'pending',
    note: `fragments are left that could not be taken back: ${ranges}${others}`,
  })
}

/**
 * Closes the file, after one more try at what is owed. Throws AppendError if close(2) fails or something is
 * still owed; the descriptor is gone in either case.
 */
export function* closeFile(file: TrackedFile): Policy<void> {
  if (!file.open) return
  if (file.owed.length > 0) yield* settleOwed(file)
  const owed = yield* owedError(file)
  file.open = false
  const completion = yield file.door.close()
  file.door.release()
  if (completion.errno !== 0) {
    throw systemError(completion, { path: file.path, action: 'close', state: 'indeterminate' })
  }
  if (owed !== null) throw owed
}
