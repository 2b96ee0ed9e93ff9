// Recorder: JSON Lines on top of an append file. Values become text at the call, gather in memory, and go
// to the file in batches; each is acknowledged with its exact range.

import { EventEmitter } from 'node:events'
import type { ByteRange } from '../byte-range.js'
import { resolvePath } from '../append-file/options.js'
import type { Rollback } from '../append-file/rollback.js'
import { Lane, performSync } from '../door/lane.js'
import type { Door, Policy } from '../door/door.js'
import { nativeDoor } from '../door/native-door.js'
import type { AppendError } from '../errors/append-error.js'
import { closedError } from '../errors/make-error.js'
import type { Batch, Waiter } from './batch.js'
import { isExiting, registerUnfinished, unregisterFinished } from './exit-flush.js'
import { resolveRecorderOptions, type RecorderOptions, type ResolvedRecorderOptions } from './options.js'
import { RecordQueue, type Barrier } from './queue.js'
import { RecordingFile, type Move, type Notice } from './recording-file.js'
import { RetrySchedule, type Recovery } from './retry-schedule.js'
import { checkByteLine, checkTextLine, serialise } from './serialise.js'
import { StatsCounter, type RecorderStats } from './stats.js'
import { SyncTimer } from './sync-timer.js'
import type { TailRepair } from '../tail-repair/repair-tail.js'
import { Writer } from './writer.js'

/** Options of a single append. */
export interface AppendOptions {
  /** Resolve only when the record is on the disk, whatever the `fsync` option says. Default false. */
  readonly sync?: boolean
}

/** Events of a {@link Recorder}, with what their listeners are given. */
export interface RecorderEvents {
  /** After `write` returned false: half of the high-water mark is free again. */
  drain: []
  /** Nothing waits in memory any more. */
  flush: []
  /** Bytes that landed could not stay; what was done with them. */
  rollback: [rollback: Rollback]
  /** Opening found something at the end of the file, and mended it or not. */
  repair: [repair: TailRepair]
  /** After failures, a batch went through again. */
  recovered: [recovery: Recovery]
  /** The path leads to another file or none, or the recorder went on in another file. */
  moved: [move: Move]
  /**
   * A `write` failed and no promise has told of it; without a listener it is thrown. With a `retry` schedule
   * also each failure that is followed by another attempt; that one is not thrown.
   */
  error: [error: AppendError]
  close: []
}

const LF = 0x0a

/** Buffered bytes at which a batch is started within the call. */
const startNowBytes = 64 * 1024

/** Synchronous appends between two looks at the clock, which tells whether the path is to be checked. */
const appendsBetweenChecks = 64

/** Encoded records of synchronous appends; nothing else uses it, and nothing keeps it. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * What a listener throws, or an error that nobody listens for, is thrown outside of the call in which it came
 * up: the call itself has taken its record, and must not look as if it had failed.
 */
function throwLater(run: () => void): void {
  try {
    run()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

function* nothing(): Policy<void> {
  return
}

/**
 * Records values as JSON Lines: each acknowledged one is one whole line, whatever fails and whoever else is
 * writing (W1–W8).
 */
export class Recorder extends EventEmitter<RecorderEvents> {
  readonly #door: Door
  readonly #lane: Lane
  readonly #options: ResolvedRecorderOptions
  readonly #recording: RecordingFile
  readonly #queue: RecordQueue
  readonly #writer: Writer
  readonly #retry: RetrySchedule
  readonly #stats = new StatsCounter()
  readonly #timer: SyncTimer | null
  #scheduled = false
  #syncQueued = false
  #untilCheck = appendsBetweenChecks
  #needDrain = false
  #closing: Promise<void> | null = null

  /** @internal */
  constructor(door: Door, lane: Lane, recording: RecordingFile, options: ResolvedRecorderOptions) {
    super()
    this.#door = door
    this.#lane = lane
    this.#options = options
    this.#recording = recording
    const { maxBufferedBytes, maxRecordBytes, fsync } = options
    const keptBytes = (): number => recording.unsynced.bytes
    this.#queue = new RecordQueue({ path: () => this.path, maxBufferedBytes, maxRecordBytes, keptBytes })
    this.#retry = new RetrySchedule(door, options.retry, () => {
      this.#start()
    })
    this.#writer = new Writer(recording, lane, this.#queue, this.#stats, this.#retry, fsync === 'always', {
      progress: this.#onProgress.bind(this),
      settled: this.#onSettled.bind(this),
      rollback: (rollback) => {
        this.emit('rollback', rollback)
      },
      notice: this.#onNotice.bind(this),
      recovered: (recovery) => {
        this.emit('recovered', recovery)
      },
      failure: this.#onFailure.bind(this),
    })
    this.#timer =
      typeof fsync === 'object' ? new SyncTimer(door, fsync.everyMs, this.#backgroundSync.bind(this)) : null
    options.signal?.addEventListener('abort', this.#onAbort, { once: true })
    // Not before the caller could listen.
    if (recording.notices.length > 0) setImmediate(this.#tellNotices.bind(this))
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
    return this.#recording.file.path
  }

  /** What opening did to the end of the file; null: there was nothing to do or to tell. */
  get repair(): TailRepair | null {
    return this.#recording.repair
  }

  /** Bytes of records that wait in memory or are on their way to the file. */
  get pendingBytes(): number {
    return this.#queue.pendingBytes
  }

  get stats(): RecorderStats {
    return this.#stats.snapshot(this.pendingBytes)
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
    this.#checkOpen()
    this.#queue.addText(serialise(value))
    return this.#given()
  }

  /**
   * The same for a record that is serialised already.
   *
   * @param json - one JSON value without a line feed; bytes are copied
   * @throws TypeError if it is not that
   */
  writeLine(json: string | Uint8Array): boolean {
    this.#checkOpen()
    this.#checkLine(json)
    this.#addLine(json)
    return this.#given()
  }

  /**
   * Appends a record.
   *
   * @param options - `sync: true` acknowledges this record only once it is on the disk (W5)
   * @returns its exact range in bytes, once it is acknowledged
   * @throws TypeError at the call for what JSON has no text for
   * @throws AppendError if it could not be appended: then it is not tried again (as a rejection)
   */
  append(value: unknown, options: AppendOptions = {}): Promise<ByteRange> {
    const text = serialise(value)
    return this.#awaited(() => this.#queue.addText(text), options.sync === true)
  }

  /** The same as {@link Recorder.append} for a record that is serialised already. */
  appendLine(json: string | Uint8Array, options: AppendOptions = {}): Promise<ByteRange> {
    this.#checkLine(json)
    return this.#awaited(() => this.#addLine(json), options.sync === true)
  }

  /**
   * Appends a record on this thread, after all that was given before.
   *
   * @returns its exact range in bytes
   * @throws TypeError for what JSON has no text for
   * @throws AppendError if it could not be appended; then it is not tried again
   */
  appendSync(value: unknown): ByteRange {
    return this.#appendTextSync(serialise(value))
  }

  /** The same as {@link Recorder.appendSync} for a record that is serialised already. */
  appendLineSync(json: string | Uint8Array): ByteRange {
    this.#checkLine(json)
    if (typeof json === 'string') return this.#appendTextSync(json)
    return this.#queuedSync(() => this.#queue.addBytes(json))
  }

  /**
   * Appends records in one write: they stand next to each other, or none of them is in the file.
   *
   * @returns their exact ranges, in order
   * @throws TypeError at the call if one of them has no JSON text
   * @throws AppendError if they could not be appended; none is tried again (as a rejection)
   */
  appendAll(values: Iterable<unknown>, options: AppendOptions = {}): Promise<ByteRange[]> {
    // Array.from makes nothing of what is not iterable, and nothing would be appended.
    const texts = [...values].map((value) => serialise(value))
    if (texts.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      this.#checkOpen()
      this.#queue.addGroup(texts, options.sync === true, (ends) => ({
        start: 0,
        end: ends.at(-1) ?? 0,
        acknowledge: (base) => {
          resolve(ends.map((end, i) => ({ start: base + (ends[i - 1] ?? 0), end: base + end })))
        },
        fail: reject,
      }))
      this.#given()
    })
  }

  /**
   * Resolves when all that was given is in the file.
   *
   * @throws AppendError if that failed; what came by `write` stays in memory for another try (as a rejection)
   */
  flush(): Promise<void> {
    return this.#barrier('flush', nothing)
  }

  /** The same as {@link Recorder.flush}, on this thread; throws what it rejects with. */
  flushSync(): void {
    this.#checkOpen()
    this.#barrierSync('flush', nothing)
  }

  /**
   * Resolves when all that was given is on the disk (W5).
   *
   * @throws AppendError if writing or syncing failed; after a failed sync nothing more is taken (W6)
   *   (as a rejection)
   */
  sync(): Promise<void> {
    return this.#barrier('sync', () => this.#recording.sync())
  }

  /**
   * Goes on in a newly opened file, for log rotation: what was given before is in the old one, what is given
   * after in the new one. What the old one could not take goes to the new one.
   *
   * @param path - where to; default: the same path, which leads to another file after a rename
   * @throws AppendError if the new file cannot be opened: then nothing has changed (as a rejection)
   */
  reopen(path?: string | URL): Promise<void> {
    const given = path === undefined ? null : resolvePath(path)
    // Without a path the one that is in use by then, behind other reopens.
    return this.#barrier('reopen', () => this.#recording.reopen(this.#door.file(given ?? this.path)))
  }

  /**
   * Writes what is left, and closes. Closing twice is one closing.
   *
   * @throws AppendError if something could not be written, or close(2) failed; it is closed all the same
   *   (as a rejection)
   */
  close(): Promise<void> {
    this.#closing ??= this.#barrier('close', () => this.#closeFile()).finally(() => this.emit('close'))
    return this.#closing
  }

  /** The same as {@link Recorder.close}, on this thread; throws what it rejects with. */
  closeSync(): void {
    if (this.#closing !== null) {
      this.#writer.finishSync()
      return
    }
    this.#closing = Promise.resolve()
    try {
      this.#barrierSync('close', () => this.#closeFile())
    } finally {
      this.emit('close')
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** @internal Called when the process ends. */
  finishAtExit(): void {
    this.#barrierSync('flush', nothing)
    if (this.#recording.owesSync) this.#barrierSync('sync', () => this.#recording.sync())
  }

  #checkOpen(): void {
    if (this.#closing !== null) throw closedError(this.path)
  }

  #checkLine(json: string | Uint8Array): void {
    if (typeof json === 'string') checkTextLine(json, this.#options.validateLines)
    else checkByteLine(json, this.#options.validateLines)
  }

  #addLine(json: string | Uint8Array): Batch {
    return typeof json === 'string' ? this.#queue.addText(json) : this.#queue.addBytes(json)
  }

  /** A record was put into the queue: sees to it that it is written, and says whether there is room for more. */
  #given(): boolean {
    if (!this.#writer.busy) {
      if (this.#queue.pendingBytes >= startNowBytes)
        throwLater(() => {
          this.#start()
        })
      else this.#startSoon()
    }
    if (this.#queue.heldBytes <= this.#options.highWaterMark) return true
    this.#needDrain = true
    return false
  }

  /** Not at once: what this turn of the event loop still gives goes along. */
  #startSoon(): void {
    registerUnfinished(this)
    if (isExiting()) {
      this.#writer.finishSync()
      return
    }
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#start()
    })
  }

  #start(): void {
    registerUnfinished(this)
    if (this.#options.flushMode === 'sync') this.#writer.finishSync()
    else this.#writer.pump()
  }

  #onProgress(): void {
    const { file, unsynced } = this.#recording
    if (file.unsynced) this.#timer?.start()
    // Kept records count as held: what is to be given needs room before the timer comes.
    if (unsynced.bytes > this.#options.highWaterMark / 2) this.#backgroundSync()
    this.#onSettled()
    if (this.#queue.pendingBytes === 0) this.emit('flush')
  }

  #onSettled(): void {
    if (this.#queue.pendingBytes === 0 && !this.#recording.owesSync) unregisterFinished(this)
    if (!this.#needDrain || this.#queue.heldBytes > this.#options.highWaterMark / 2) return
    this.#needDrain = false
    this.emit('drain')
  }

  /** Between attempts a failure is told to those who listen; the last one is thrown if nobody does. */
  #onFailure(error: AppendError, willRetry: boolean): void {
    if (willRetry && this.listenerCount('error') === 0) return
    this.emit('error', error)
  }

  #onNotice(notice: Notice): void {
    if (notice.event === 'repair') this.emit('repair', notice.repair)
    else if (notice.event === 'moved') this.emit('moved', notice.move)
    else this.#onFailure(notice.error, true)
  }

  #tellNotices(): void {
    for (const notice of this.#recording.takeNotices()) this.#onNotice(notice)
  }

  #awaited(add: () => Batch, sync: boolean): Promise<ByteRange> {
    return new Promise((resolve, reject) => {
      this.#checkOpen()
      this.#addAwaited(add, sync, resolve, reject)
      this.#given()
    })
  }

  #addAwaited(
    add: () => Batch,
    sync: boolean,
    resolve: (range: ByteRange) => void,
    fail: (error: AppendError) => void,
  ): Waiter {
    const before = this.#queue.pendingBytes
    const batch = add()
    const start = batch.length - (this.#queue.pendingBytes - before)
    const waiter: Waiter = {
      start,
      end: batch.length,
      acknowledge: (base) => {
        resolve({ start: base + waiter.start, end: base + waiter.end })
      },
      fail,
    }
    batch.waiters.push(waiter)
    batch.sync ||= sync
    return waiter
  }

  #appendTextSync(text: string): ByteRange {
    const { file } = this.#recording
    const short = text.length * 3 < scratch.length && this.#options.fsync === 'never'
    if (!short || !file.calm || !this.#queue.empty || !this.#lane.idle || this.#checkDue()) {
      return this.#queuedSync(() => this.#queue.addText(text))
    }
    const bytes = scratch.write(text)
    if (bytes > this.#options.maxRecordBytes) return this.#queuedSync(() => this.#queue.addText(text))
    const length = bytes + 1
    scratch[bytes] = LF
    const { door } = file
    const errno = door.writeSync(scratch, 0, length)
    const start = door.lastStart
    const end = door.lastEnd
    if (errno === 0 && start === file.end && end - start === length) {
      file.end = end
      file.unsynced = true
      this.#stats.countRecord(length)
      return { start, end }
    }
    const first = door.lastCompletion()
    return this.#writer.finishOne(scratch, length, first, throwLater)
  }

  /** The clock is asked now and then only: it costs as much as a tenth of an append. */
  #checkDue(): boolean {
    if (this.#closing !== null) return true
    this.#untilCheck--
    if (this.#untilCheck > 0) return false
    this.#untilCheck = appendsBetweenChecks
    return this.#recording.moveCheckDue
  }

  #queuedSync(add: () => Batch): ByteRange {
    this.#checkOpen()
    const ended: { range?: ByteRange; error?: AppendError } = {}
    const waiter = this.#addAwaited(
      add,
      false,
      (range) => {
        ended.range = range
      },
      (error) => {
        ended.error = error
      },
    )
    registerUnfinished(this)
    this.#writer.finishSync()
    if (ended.range !== undefined) return ended.range
    // The records before it wait for another attempt; this one was to be there now or not at all.
    if (ended.error === undefined) this.#queue.withdraw(waiter)
    throw ended.error ?? this.#writer.lastFailure ?? closedError(this.path)
  }

  #barrier(kind: Barrier['kind'], policy: () => Policy<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (kind !== 'close') this.#checkOpen()
      if (kind === 'flush' && this.#queue.pendingBytes === 0 && !this.#writer.busy) {
        resolve()
        return
      }
      this.#addBarrier(kind, policy, (error) => {
        if (error === null) resolve()
        else reject(error)
      })
      this.#start()
    })
  }

  #barrierSync(kind: Barrier['kind'], policy: () => Policy<void>): void {
    const ended: { error?: AppendError | null } = {}
    const barrier = this.#addBarrier(kind, policy, (error) => {
      ended.error = error
    })
    this.#writer.finishSync()
    // Records that wait for another attempt are before it: a close does not wait for them, the others fail.
    if (ended.error === undefined && kind === 'close') this.#writer.forceSync()
    if (ended.error === undefined) this.#queue.takeBarriers((other) => other === barrier)
    const error = ended.error === undefined ? this.#writer.lastFailure : ended.error
    if (error !== null) throw error
  }

  #addBarrier(kind: Barrier['kind'], policy: () => Policy<void>, settle: Barrier['settle']): Barrier {
    const barrier = { kind, policy, settle }
    this.#queue.addBarrier(barrier)
    return barrier
  }

  /** Not from within what has just ended: that would go round in circles where everything fails. */
  #backgroundSync(): void {
    if (this.#syncQueued || !this.#recording.owesSync) return
    this.#syncQueued = true
    this.#addBarrier(
      'sync',
      () => this.#recording.sync(),
      (error) => {
        this.#syncQueued = false
        if (error !== null) this.#onFailure(error, false)
      },
    )
    this.#startSoon()
  }

  *#closeFile(): Policy<void> {
    this.#timer?.stop()
    this.#retry.stop()
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    const failure = this.#queue.hasRecords ? this.#writer.lastFailure : null
    try {
      yield* this.#recording.close()
    } finally {
      unregisterFinished(this)
      if (failure !== null) this.#writer.abandon(failure)
    }
    if (failure !== null) throw failure
  }

  readonly #onAbort = (): void => {
    this.close().catch((error: unknown) => this.emit('error', error as AppendError))
  }
}
