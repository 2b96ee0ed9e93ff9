// AppendFile: one open file, and the exact primitive on it. The synchronous append that simply succeeds is
// written out here, without a policy and without an object but its range; everything else is a policy
// that the file's lane runs.

import type { ByteRange } from '../byte-range.js'
import { Lane, performSync } from '../door/lane.js'
import type { Door, Policy } from '../door/door.js'
import { nativeDoor, writeMostBytes } from '../door/native-door.js'
import { nameError } from '../errors/error-names.js'
import type { ErrorKind } from '../errors/error-kind.js'
import { closedError, ownError } from '../errors/make-error.js'
import { isUint8Array } from '../is-bytes.js'
import { appendLines } from './append-policy.js'
import type { Appended, Lines } from './attempt.js'
import { closeFile, openFile } from './open-policy.js'
import { poisonedError } from './poison.js'
import { appendShort } from './short-path.js'
import { resolveAppendFileOptions, resolvePath, type AppendFileOptions } from './options.js'
import { LastWrite } from './last-write.js'
import type { Rollback } from './rollback.js'
import { syncData } from './sync-policy.js'
import type { TrackedFile } from './tracked-file.js'

/** What one write(2) did. */
export interface WriteOutcome extends ByteRange {
  /** How many bytes were given; more than `end - start` is a short write. */
  readonly requested: number
  /** Positive error number of the platform; 0: none. */
  readonly errno: number
  /** The name of `errno`; null: none. */
  readonly code: string | null
  /** null when all was written; `WriteZero` for a short write, which has no errno. */
  readonly kind: ErrorKind | null
}

/** @internal Opens through the given door: the native one, or a simulated one. */
export function openThrough(
  door: Door,
  path: string | URL,
  options: AppendFileOptions,
): { lane: Lane; policy: Policy<TrackedFile> } {
  const resolved = resolveAppendFileOptions(options)
  return { lane: new Lane(), policy: openFile(door.file(resolvePath(path)), resolved) }
}

/**
 * One file, open for appending. Records, batching and JSON are the business of `Recorder`; this appends bytes,
 * all or nothing, and gives the exact range that they fill.
 *
 * @remarks
 * Give it whole lines: bytes that end in an LF. Its descriptor is private to it and in append mode for life
 * (W2). Upholds W1–W4 and W7.
 */
export class AppendFile {
  readonly #file: TrackedFile
  readonly #lane: Lane
  #lastWrite = new LastWrite()
  #closing: Promise<void> | null = null

  /** @internal */
  constructor(file: TrackedFile, lane: Lane) {
    this.#file = file
    this.#lane = lane
  }

  /**
   * Opens a file for appending, and creates it if it is not there.
   *
   * @param path - a path or a `file:` URL; made absolute at once
   * @returns the open file
   * @throws TypeError, RangeError for a wrong path or option, before anything is touched (as a rejection)
   * @throws {@link AppendError} if it cannot be opened or locked, or is no regular file (as a rejection)
   */
  static async open(path: string | URL, options: AppendFileOptions = {}): Promise<AppendFile> {
    const { lane, policy } = openThrough(nativeDoor, path, options)
    return new AppendFile(await lane.run(policy), lane)
  }

  /** The same as {@link AppendFile.open}, on this thread; throws what it rejects with. */
  static openSync(path: string | URL, options: AppendFileOptions = {}): AppendFile {
    const { lane, policy } = openThrough(nativeDoor, path, options)
    return new AppendFile(performSync(policy), lane)
  }

  /** The absolute path as it was at opening. */
  get path(): string {
    return this.#file.path
  }

  /** Size in bytes as this object last saw it: the end of its own last append, or the size at opening. */
  get size(): number {
    return this.#file.end
  }

  /** The name of the file system that the file is on (`'ext4'`, `'nfs'`, …; fstatfs(2)). */
  get fileSystem(): string {
    return this.#file.fileSystem
  }

  /**
   * Exactly one write(2) that takes effect, on this thread. Nothing is rolled back and nothing is checked.
   *
   * @param bytes - 1 to 0x7ffff000 bytes; unchanged until a {@link AppendFile.rollbackSync} of what landed
   * @returns what landed where; a failure of the system is in it and does not throw
   * @throws TypeError if `bytes` is no Uint8Array or empty
   * @throws {@link AppendError} if the file is closed, is poisoned, or there are too many bytes
   */
  writeOnceSync(bytes: Uint8Array): WriteOutcome {
    this.#checkOpen()
    this.#checkBytes(bytes)
    return this.#lane.runSync(this.#writeOnce(bytes))
  }

  /** The same as {@link AppendFile.writeOnceSync} on the pool; the bytes are copied. */
  async writeOnce(bytes: Uint8Array): Promise<WriteOutcome> {
    this.#checkOpen()
    this.#checkBytes(bytes)
    return this.#lane.run(this.#writeOnce(Uint8Array.from(bytes)))
  }

  /**
   * Appends bytes whole or not at all, on this thread.
   *
   * @param bytes - whole lines, LF included; a string is encoded as UTF-8; at most 0x7ffff000 bytes
   * @returns the exact range in bytes
   * @throws TypeError if there is nothing to append, or the string has an unpaired surrogate
   * @throws {@link AppendError} if they could not be appended; its `state` says what is left of them
   */
  appendSync(bytes: Uint8Array | string): ByteRange {
    const data = this.#encode(bytes)
    const { length } = data
    const file = this.#file
    if (!file.calm || !this.#lane.idle) {
      this.#checkOpen()
      return this.#settle(this.#lane.runSync(appendLines(file, this.#lines(data))), length)
    }
    const first = appendShort(file, data, length)
    if (first === null) {
      const { end } = file
      return { start: end - length, end }
    }
    return this.#settle(performSync(appendLines(file, this.#lines(data), first)), length)
  }

  /** The same as {@link AppendFile.appendSync} on the pool, in the order of the calls; the bytes are copied. */
  async append(bytes: Uint8Array | string): Promise<ByteRange> {
    const data = this.#encode(bytes)
    this.#checkOpen()
    const owned = data === bytes ? Uint8Array.from(data) : data
    return this.#settle(await this.#lane.run(appendLines(this.#file, this.#lines(owned))), owned.length)
  }

  /**
   * Takes back what the last `writeOnce` put into the file: truncate under proof, else erase, else owe it.
   *
   * @param range - inside the range that it returned
   * @returns what became of it
   * @throws {@link AppendError} with kind `InvalidInput` if the range is not of that write: nobody else's
   *   bytes are ever taken back (W2)
   */
  rollbackSync(range: ByteRange): Rollback {
    this.#checkOpen()
    return this.#lane.runSync(this.#lastWrite.rollBack(this.#file, range))
  }

  /**
   * Syncs what was appended to the disk, and once the directory that names the file (W5).
   *
   * @throws {@link AppendError} if the sync fails; from then on nothing more is taken (W6) (as a rejection)
   */
  async sync(): Promise<void> {
    this.#checkOpen()
    throwIfFailed(await this.#lane.run(syncData(this.#file, 'sync', null)))
  }

  /** The same as {@link AppendFile.sync}, on this thread; throws what it rejects with. */
  syncSync(): void {
    this.#checkOpen()
    throwIfFailed(this.#lane.runSync(syncData(this.#file, 'sync', null)))
  }

  /**
   * Closes, after all that was given before. Closing twice is one closing.
   *
   * @throws {@link AppendError} if close(2) fails, or a rollback is still owed (as a rejection)
   */
  close(): Promise<void> {
    this.#closing ??= this.#lane.run(closeFile(this.#file))
    return this.#closing
  }

  /** The same as {@link AppendFile.close}, on this thread; throws what it rejects with. */
  closeSync(): void {
    this.#lane.runSync(closeFile(this.#file))
    this.#closing ??= Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  *#writeOnce(bytes: Uint8Array): Policy<WriteOutcome> {
    if (this.#file.poisoned !== null) throw poisonedError(this.#file.poisoned, bytes.length)
    const completion = yield this.#file.door.write(bytes, 0, bytes.length)
    const { errno, start, end } = completion
    const requested = bytes.length
    if (errno !== 0) return { start, end, requested, errno, ...nameError(errno) }
    this.#lastWrite = new LastWrite({ start, end }, bytes)
    this.#file.reach({ start, end })
    this.#file.appended(false)
    // Whatever follows gets a line of its own.
    this.#lastWrite.leave(this.#file)
    return { start, end, requested, errno, code: null, kind: end - start < requested ? 'WriteZero' : null }
  }

  #lines(bytes: Uint8Array): Lines {
    return { bytes, offset: 0, length: bytes.length, atomic: true, sync: false }
  }

  #settle(appended: Appended, length: number): ByteRange {
    this.#file.rollbacks.length = 0
    if (appended.failure !== null) throw appended.failure
    return { start: appended.start, end: appended.start + length }
  }

  #encode(bytes: Uint8Array | string): Uint8Array {
    if (typeof bytes !== 'string') {
      this.#checkBytes(bytes)
      return bytes
    }
    if (!bytes.isWellFormed())
      throw new TypeError('the string has an unpaired surrogate: UTF-8 cannot hold it')
    const data = Buffer.from(bytes)
    this.#checkBytes(data)
    return data
  }

  #checkBytes(bytes: Uint8Array): void {
    if (!isUint8Array(bytes)) throw new TypeError('expected a Uint8Array or a string')
    const { length } = bytes
    if (length === 0) throw new TypeError('nothing to append')
    if (length <= writeMostBytes) return
    throw ownError('ERR_RECORD_TOO_LARGE', 'InvalidInput', {
      path: this.path,
      action: 'append to',
      requested: length,
      note: `one write(2) takes at most ${writeMostBytes} bytes`,
    })
  }

  #checkOpen(): void {
    if (!this.#file.open || this.#closing !== null) throw closedError(this.path)
  }
}

function throwIfFailed(error: Error | null): void {
  if (error !== null) throw error
}
