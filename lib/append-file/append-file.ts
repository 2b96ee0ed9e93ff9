// AppendFile: one open file, and the exact primitive on it. This is its face; the working part is an `Appender`.

import type { ByteRange } from '../byte-range.js'
import type { ErrorKind } from '../errors/error-kind.js'
import { recording } from '../load-recording.js'
import { refuseConstruction } from '../refuse-construction.js'
import type { Appender } from './appender.js'
import type { AppendFileOptions } from './options.js'
import type { Rollback } from './rollback.js'

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

/**
 * One file, open for appending. Records, batching and JSON are the business of `Recorder`; this appends bytes,
 * all or nothing, and gives the exact range that they fill.
 *
 * @remarks
 * Give it whole lines: bytes that end in an LF. Its descriptor is private to it and in append mode for life
 * (W2). Upholds W1–W4 and W7.
 */
export class AppendFile {
  readonly #appender: Appender

  /** @internal */
  constructor(appender?: Appender) {
    if (typeof appender !== 'object') refuseConstruction('AppendFile')
    this.#appender = appender
  }

  /**
   * Opens a file for appending, and creates it if it is not there.
   *
   * @param path - a path or a `file:` URL; made absolute at once
   * @returns the open file
   * @throws TypeError, RangeError for a wrong path or option, before anything is touched (as a rejection)
   * @throws {@link AppendError} if it cannot be opened or locked, or is no regular file (as a rejection)
   * @throws Error if the native addon, which the first open loads, does not load here (as a rejection)
   */
  static async open(path: string | URL, options: AppendFileOptions = {}): Promise<AppendFile> {
    return new AppendFile(await recording(path).openAppender(path, options))
  }

  /** The same as {@link AppendFile.open}, on this thread; throws what it rejects with. */
  static openSync(path: string | URL, options: AppendFileOptions = {}): AppendFile {
    return new AppendFile(recording(path).openAppenderSync(path, options))
  }

  /** The absolute path as it was at opening. */
  get path(): string {
    return this.#appender.path
  }

  /** Size in bytes as this object last saw it: the end of its own last append, or the size at opening. */
  get size(): number {
    return this.#appender.size
  }

  /** The name of the file system that the file is on (`'ext4'`, `'nfs'`, …; fstatfs(2)). */
  get fileSystem(): string {
    return this.#appender.fileSystem
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
    return this.#appender.writeOnceSync(bytes)
  }

  /** The same as {@link AppendFile.writeOnceSync} on the pool; the bytes are copied. */
  writeOnce(bytes: Uint8Array): Promise<WriteOutcome> {
    return this.#appender.writeOnce(bytes)
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
    return this.#appender.appendSync(bytes)
  }

  /** The same as {@link AppendFile.appendSync} on the pool, in the order of the calls; the bytes are copied. */
  append(bytes: Uint8Array | string): Promise<ByteRange> {
    return this.#appender.append(bytes)
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
    return this.#appender.rollbackSync(range)
  }

  /**
   * Syncs what was appended to the disk, and once the directory that names the file (W5).
   *
   * @throws {@link AppendError} if the sync fails; from then on nothing more is taken (W6) (as a rejection)
   */
  sync(): Promise<void> {
    return this.#appender.sync()
  }

  /** The same as {@link AppendFile.sync}, on this thread; throws what it rejects with. */
  syncSync(): void {
    this.#appender.syncSync()
  }

  /**
   * Closes, after all that was given before. Closing twice is one closing.
   *
   * @throws {@link AppendError} if close(2) fails, or a rollback is still owed (as a rejection)
   */
  close(): Promise<void> {
    return this.#appender.close()
  }

  /** The same as {@link AppendFile.close}, on this thread; throws what it rejects with. */
  closeSync(): void {
    this.#appender.closeSync()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
