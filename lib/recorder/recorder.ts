// Recorder: JSON Lines on top of an append file. Values become text at the call, gather in memory, and go
// to the file in batches; each is acknowledged with its exact range.

import { EventEmitter } from 'node:events'
import type { ByteRange } from '../byte-range.js'
import { recording } from '../load-recording.js'
import { refuseConstruction } from '../refuse-construction.js'
import type { TailRepair } from '../tail-repair/repair-tail.js'
import type { AppendOptions } from './append-options.js'
import type { RecorderOptions } from './options.js'
import type { RecorderEvents } from './recorder-events.js'
import type { RecorderSession } from './recorder-session.js'
import type { RecorderStats } from './stats.js'

/**
 * Records values as JSON Lines: each acknowledged one is one whole line, whatever fails and whoever else is
 * writing (W1–W8).
 */
export class Recorder extends EventEmitter<RecorderEvents> {
  readonly #session: RecorderSession

  /** @internal */
  constructor(begin?: (listeners: EventEmitter<RecorderEvents>) => RecorderSession) {
    if (typeof begin !== 'function') refuseConstruction('Recorder')
    super()
    this.#session = begin(this)
  }

  /** @internal */
  get session(): RecorderSession {
    return this.#session
  }

  /**
   * Opens a file for recording, and creates it if it is not there. What is torn at its end is mended
   * first, by the `tornTail` option.
   *
   * @param path - a path or a `file:` URL; made absolute at once
   * @throws TypeError, RangeError for a wrong path or option, before anything is touched (as a rejection)
   * @throws AppendError if it cannot be opened or locked, is no regular file, or is not JSON Lines
   *   (as a rejection)
   * @throws Error if the native addon, which the first open loads, does not load here (as a rejection)
   */
  static async open(path: string | URL, options: RecorderOptions = {}): Promise<Recorder> {
    return recording(path).openRecorder(Recorder, path, options)
  }

  /** The same as {@link Recorder.open}, on this thread; throws what it rejects with. */
  static openSync(path: string | URL, options: RecorderOptions = {}): Recorder {
    return recording(path).openRecorderSync(Recorder, path, options)
  }

  /** The absolute path of the file; after a `reopen` of the new one. */
  get path(): string {
    return this.#session.recording.file.path
  }

  /** What opening did to the end of the file; null: there was nothing to do or to tell. */
  get repair(): TailRepair | null {
    return this.#session.recording.repair
  }

  /** Bytes of records that wait in memory or are on their way to the file. */
  get pendingBytes(): number {
    return this.#session.queue.pendingBytes
  }

  get stats(): RecorderStats {
    return this.#session.stats.snapshot(this.pendingBytes)
  }

  /**
   * Gives a record, and waits for nothing. If it cannot be written, the event `error` says so and it stays in
   * memory for the next attempt.
   *
   * @param value - anything that JSON.stringify gives a text for
   * @returns false above the high-water mark: wait for `drain` before giving more
   * @throws TypeError for what JSON has no text for
   * @throws AppendError of kind `InvalidInput` above `maxRecordBytes`, `BufferFull` above `maxBufferedBytes`;
   *   the record was not taken
   */
  write(value: unknown): boolean {
    return this.#session.write(value)
  }

  /**
   * The same for a record that is serialised already.
   *
   * @param json - one JSON value without a line feed; bytes are copied
   * @throws TypeError if it is not that
   */
  writeLine(json: string | Uint8Array): boolean {
    return this.#session.writeLine(json)
  }

  /**
   * Appends a record.
   *
   * @param options - `sync: true` acknowledges this record only once it is on the disk (W5)
   * @returns its exact range in bytes, once it is acknowledged
   * @throws TypeError at the call for what JSON has no text for, or a wrong option
   * @throws AppendError if it could not be appended: then it is not tried again (as a rejection)
   */
  append(value: unknown, options?: AppendOptions): Promise<ByteRange> {
    return this.#session.awaited.append(value, options)
  }

  /** The same as {@link Recorder.append} for a record that is serialised already. */
  appendLine(json: string | Uint8Array, options?: AppendOptions): Promise<ByteRange> {
    return this.#session.awaited.appendLine(json, options)
  }

  /**
   * Appends a record on this thread, after all that was given before.
   *
   * @returns its exact range in bytes
   * @throws TypeError for what JSON has no text for
   * @throws AppendError if it could not be appended; then it is not tried again
   */
  appendSync(value: unknown): ByteRange {
    return this.#session.appendSync(value)
  }

  /** The same as {@link Recorder.appendSync} for a record that is serialised already. */
  appendLineSync(json: string | Uint8Array): ByteRange {
    return this.#session.appendLineSync(json)
  }

  /**
   * Appends records in one write: they stand next to each other, or none of them is in the file.
   *
   * @returns their exact ranges, in order
   * @throws TypeError at the call if one of them has no JSON text, for a string or bytes, for what is not
   *   iterable, or for a wrong option
   * @throws AppendError if they could not be appended; none is tried again (as a rejection)
   */
  appendAll(values: Iterable<unknown>, options?: AppendOptions): Promise<ByteRange[]> {
    return this.#session.awaited.appendAll(values, options)
  }

  /**
   * Resolves when all that was given is in the file.
   *
   * @throws AppendError if that failed; what came by `write` stays in memory for another try (as a rejection)
   */
  flush(): Promise<void> {
    return this.#session.flush()
  }

  /** The same as {@link Recorder.flush}, on this thread; throws what it rejects with. */
  flushSync(): void {
    this.#session.flushSync()
  }

  /**
   * Resolves when all that was given is on the disk (W5).
   *
   * @throws AppendError if writing or syncing failed; after a failed sync nothing more is taken (W6)
   *   (as a rejection)
   */
  sync(): Promise<void> {
    return this.#session.sync()
  }

  /**
   * Goes on in a newly opened file, for log rotation: what was given before is in the old one, what is given
   * after in the new one. What the old one could not take goes to the new one.
   *
   * @param path - where to; default: the same path, which leads to another file after a rename
   * @throws TypeError at the call for a wrong path
   * @throws AppendError if the new file cannot be opened: then nothing has changed; or if the old one could not
   *   be synced or closed: then the recorder goes on in the new one all the same (as a rejection)
   */
  reopen(path?: string | URL): Promise<void> {
    return this.#session.reopen(path)
  }

  /**
   * Writes what is left, and closes. Closing twice is one closing.
   *
   * @throws AppendError if something could not be written, or close(2) failed; it is closed all the same
   *   (as a rejection)
   */
  close(): Promise<void> {
    return this.#session.close()
  }

  /** The same as {@link Recorder.close}, on this thread; throws what it rejects with. */
  closeSync(): void {
    this.#session.closeSync()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
