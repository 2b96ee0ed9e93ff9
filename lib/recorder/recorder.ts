// Recorder: JSON Lines on top of an append file. Values become text at the call, gather in memory, and go
// to the file in batches; each is acknowledged with its exact range.

import { EventEmitter } from 'node:events'
import type { ByteRange } from '../byte-range.js'
import { resolvePath } from '../append-file/options.js'
import type { Door } from '../door/door.js'
import { Lane, performSync } from '../door/lane.js'
import { LineContent } from '../door/line-encoder.js'
import { nativeDoor } from '../door/native-door.js'
import { checkBoolean, givenOptions, type OptionNames } from '../option-checks.js'
import type { TailRepair } from '../tail-repair/repair-tail.js'
import { resolveRecorderOptions, type RecorderOptions, type ResolvedRecorderOptions } from './options.js'
import type { RecorderEvents } from './recorder-events.js'
import { RecorderSession, nothing } from './recorder-session.js'
import { RecordingFile } from './recording-file.js'
import { serialise } from './serialise.js'
import type { RecorderStats } from './stats.js'

/** Options of a single append. */
export interface AppendOptions {
  /** Resolve only when the record is on the disk, whatever the `fsync` option says. Default false. */
  readonly sync?: boolean
}

const appendOptionNames: OptionNames<AppendOptions> = { sync: true }

/** Called for each record, mostly without options. */
function isToBeSynced(options: AppendOptions | undefined): boolean {
  if (options === undefined) return false
  const { sync = false } = givenOptions(options, appendOptionNames)
  checkBoolean('sync', sync)
  return sync
}

/**
 * Records values as JSON Lines: each acknowledged one is one whole line, whatever fails and whoever else is
 * writing (W1–W8).
 */
export class Recorder extends EventEmitter<RecorderEvents> {
  readonly #session: RecorderSession

  /** @internal */
  constructor(door: Door, lane: Lane, recording: RecordingFile, options: ResolvedRecorderOptions) {
    super()
    this.#session = new RecorderSession(door, lane, recording, options, this)
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
   */
  static async open(path: string | URL, options: RecorderOptions = {}): Promise<Recorder> {
    return Recorder.openThrough(nativeDoor, path, options)
  }

  /** @internal The same through another door. */
  static async openThrough(door: Door, path: string | URL, options: RecorderOptions): Promise<Recorder> {
    const resolved = resolveRecorderOptions(options)
    resolved.signal?.throwIfAborted()
    const lane = new Lane()
    const recording = await lane.run(RecordingFile.open(door, resolvePath(path), resolved))
    const recorder = new Recorder(door, lane, recording, resolved)
    if (resolved.signal?.aborted !== true) return recorder
    await recorder.close()
    throw resolved.signal.reason
  }

  /** The same as {@link Recorder.open}, on this thread; throws what it rejects with. */
  static openSync(path: string | URL, options: RecorderOptions = {}): Recorder {
    const resolved = resolveRecorderOptions(options)
    resolved.signal?.throwIfAborted()
    const recording = performSync(RecordingFile.open(nativeDoor, resolvePath(path), resolved))
    return new Recorder(nativeDoor, new Lane(), recording, resolved)
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
    this.#session.checkOpen()
    this.#session.queue.addText(serialise(value), LineContent.known)
    return this.#session.given()
  }

  /**
   * The same for a record that is serialised already.
   *
   * @param json - one JSON value without a line feed; bytes are copied
   * @throws TypeError if it is not that
   */
  writeLine(json: string | Uint8Array): boolean {
    this.#session.checkOpen()
    this.#session.addLine(json)
    return this.#session.given()
  }

  /**
   * Appends a record.
   *
   * @param options - `sync: true` acknowledges this record only once it is on the disk (W5)
   * @returns its exact range in bytes, once it is acknowledged
   * @throws TypeError at the call for what JSON has no text for
   * @throws AppendError if it could not be appended: then it is not tried again (as a rejection)
   */
  append(value: unknown, options?: AppendOptions): Promise<ByteRange> {
    const sync = isToBeSynced(options)
    const text = serialise(value)
    return this.#session.awaited(text, sync)
  }

  /** The same as {@link Recorder.append} for a record that is serialised already. */
  appendLine(json: string | Uint8Array, options?: AppendOptions): Promise<ByteRange> {
    const sync = isToBeSynced(options)
    return this.#session.awaitedLine(json, sync)
  }

  /**
   * Appends a record on this thread, after all that was given before.
   *
   * @returns its exact range in bytes
   * @throws TypeError for what JSON has no text for
   * @throws AppendError if it could not be appended; then it is not tried again
   */
  appendSync(value: unknown): ByteRange {
    return this.#session.appendTextSync(serialise(value))
  }

  /** The same as {@link Recorder.appendSync} for a record that is serialised already. */
  appendLineSync(json: string | Uint8Array): ByteRange {
    return this.#session.appendLineSync(json)
  }

  /**
   * Appends records in one write: they stand next to each other, or none of them is in the file.
   *
   * @returns their exact ranges, in order
   * @throws TypeError at the call if one of them has no JSON text
   * @throws AppendError if they could not be appended; none is tried again (as a rejection)
   */
  appendAll(values: Iterable<unknown>, options?: AppendOptions): Promise<ByteRange[]> {
    const sync = isToBeSynced(options)
    // Array.from makes nothing of what is not iterable, and nothing would be appended.
    const texts = [...values].map((value) => serialise(value))
    if (texts.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      this.#session.checkOpen()
      this.#session.queue.addGroup(texts, sync, (ends) => ({
        start: 0,
        end: ends.at(-1) ?? 0,
        acknowledge: (base) => {
          resolve(ends.map((end, i) => ({ start: base + (ends[i - 1] ?? 0), end: base + end })))
        },
        fail: reject,
      }))
      this.#session.given()
    })
  }

  /**
   * Resolves when all that was given is in the file.
   *
   * @throws AppendError if that failed; what came by `write` stays in memory for another try (as a rejection)
   */
  flush(): Promise<void> {
    return this.#session.barrier('flush', nothing)
  }

  /** The same as {@link Recorder.flush}, on this thread; throws what it rejects with. */
  flushSync(): void {
    this.#session.checkOpen()
    this.#session.barrierSync('flush', nothing)
  }

  /**
   * Resolves when all that was given is on the disk (W5).
   *
   * @throws AppendError if writing or syncing failed; after a failed sync nothing more is taken (W6)
   *   (as a rejection)
   */
  sync(): Promise<void> {
    return this.#session.barrier('sync', this.#session.recording.syncAsOfNow())
  }

  /**
   * Goes on in a newly opened file, for log rotation: what was given before is in the old one, what is given
   * after in the new one. What the old one could not take goes to the new one.
   *
   * @param path - where to; default: the same path, which leads to another file after a rename
   * @throws AppendError if the new file cannot be opened: then nothing has changed; or if the old one could not
   *   be synced or closed: then the recorder goes on in the new one all the same (as a rejection)
   */
  reopen(path?: string | URL): Promise<void> {
    const given = path === undefined ? null : resolvePath(path)
    // Without a path the one that is in use by then, behind other reopens.
    return this.#session.barrier('reopen', () =>
      this.#session.recording.reopen(this.#session.door.file(given ?? this.path)),
    )
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
