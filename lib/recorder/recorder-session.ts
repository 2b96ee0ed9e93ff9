// The working part of a recorder: sees to it that what is in the queue gets to the file, and that who waits is
// told. The class `Recorder` is its face.

import type { EventEmitter } from 'node:events'
import { appendShort } from '../append-file/short-path.js'
import type { ByteRange } from '../byte-range.js'
import type { Rollback } from '../append-file/rollback.js'
import type { Door, Policy } from '../door/door.js'
import type { Lane } from '../door/lane.js'
import type { AppendError } from '../errors/append-error.js'
import { closedError } from '../errors/make-error.js'
import { AwaitedRecord } from './awaited-record.js'
import type { Batch, Waiter } from './batch.js'
import { encodeInto } from './encode.js'
import { isExiting, registerUnfinished, unregisterFinished, type Unfinished } from './exit-flush.js'
import type { ResolvedRecorderOptions } from './options.js'
import { RecordQueue, type Barrier, type Limits } from './queue.js'
import type { RecorderEvents } from './recorder-events.js'
import type { Notice, RecordingFile } from './recording-file.js'
import { RetrySchedule, type Recovery } from './retry-schedule.js'
import { checkByteLine, checkTextLine, isBlankText } from './serialise.js'
import { StatsCounter } from './stats.js'
import { SyncTimer } from './sync-timer.js'
import { learnWidth, lineBytes } from './text-line.js'
import { throwLater } from './throw-later.js'
import { Writer, type WriterEvents } from './writer.js'

const LF = 0x0a

/** Buffered bytes at which a batch is started within the call. */
const startNowBytes = 256 * 1024

/**
 * While a batch is on its way, after so many more bytes it is looked whether the next can be started. Else the pool
 * would have nothing to do until the caller's turn ends; and more often costs more than it gives.
 */
const lookAgainBytes = 192 * 1024

/** Synchronous appends between two looks at the clock, which tells whether the path is to be checked. */
const appendsBetweenChecks = 64

/** Encoded records of synchronous appends; nothing else uses it, and nothing keeps it. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

const resolved = Promise.resolve()

export function* nothing(): Policy<void> {
  return
}

export class RecorderSession implements Unfinished, Limits, WriterEvents {
  readonly door: Door
  readonly recording: RecordingFile
  readonly queue: RecordQueue
  readonly stats = new StatsCounter()
  closing: Promise<void> | null = null
  /** How closing has ended. */
  #closed: { readonly error: AppendError | null } | null = null
  readonly #lane: Lane
  readonly #options: ResolvedRecorderOptions
  readonly #writer: Writer
  readonly #retry: RetrySchedule
  readonly #timer: SyncTimer | null
  readonly #listeners: EventEmitter<RecorderEvents>
  #scheduled = false
  #registered = false
  #syncQueued = false
  #untilCheck = appendsBetweenChecks
  #needDrain = false
  /** With so many pending bytes it is looked what the pool has done. */
  #lookAt = lookAgainBytes
  #goingOn = false
  #forgetDrain: (() => void) | null = null
  #forgetSignal: (() => void) | null = null

  constructor(
    door: Door,
    lane: Lane,
    recording: RecordingFile,
    options: ResolvedRecorderOptions,
    listeners: EventEmitter<RecorderEvents>,
  ) {
    this.door = door
    this.#lane = lane
    this.#options = options
    this.recording = recording
    this.#listeners = listeners
    const { fsync } = options
    this.queue = new RecordQueue(this)
    this.#retry = new RetrySchedule(door, options.retry, () => {
      this.#start()
    })
    this.#writer = new Writer(recording, lane, this.queue, this.stats, this.#retry, fsync === 'always', this)
    this.#timer =
      typeof fsync === 'object' ? new SyncTimer(door, fsync.everyMs, this.#backgroundSync.bind(this)) : null
    if (options.signal !== null) this.#closeOnAbort(options.signal)
    // Not before the caller could listen.
    if (recording.notices.length > 0) setImmediate(this.#tellNotices.bind(this))
  }

  get path(): string {
    return this.recording.file.path
  }

  get maxBufferedBytes(): number {
    return this.#options.maxBufferedBytes
  }

  get maxRecordBytes(): number {
    return this.#options.maxRecordBytes
  }

  /** Bytes of records that are kept although they are written. */
  get keptBytes(): number {
    return this.recording.unsynced.bytes
  }

  #tell<Name extends keyof RecorderEvents>(name: Name, ...given: RecorderEvents[Name]): void {
    throwLater(() => (this.#listeners as EventEmitter).emit(name, ...given))
  }

  /** Called when the process ends. */
  finishAtExit(): void {
    this.barrierSync('flush', nothing)
    if (this.recording.owesSync) this.barrierSync('sync', () => this.recording.sync())
  }

  close(): Promise<void> {
    if (this.closing !== null) return this.closing
    const closing = new Promise<void>((resolve, reject) => {
      this.#beginClose((error) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
    this.closing = closing
    this.#start()
    return closing
  }

  closeSync(): void {
    const begun = this.closing !== null
    this.closing ??= Promise.resolve()
    if (!begun) this.#beginClose(() => undefined)
    this.#finishSync()
    // Records that wait for another attempt are before it, and it does not wait for them.
    while (this.#closed === null && this.#writer.forceSync());
    if (this.#closed?.error != null) throw this.#closed.error
  }

  #beginClose(settle: Barrier['settle']): void {
    const close = this.recording.closeAsOfNow()
    this.#addBarrier(
      'close',
      () => this.#closeFile(close),
      (error) => {
        this.#closed = { error }
        settle(error)
        this.#tell('close')
      },
    )
  }

  checkOpen(): void {
    if (this.closing !== null) throw closedError(this.path)
  }

  /**
   * Refuses what is no line. Gives the line or its bytes, which hold until another line is checked: nothing that may
   * run code of others comes before they are put somewhere else, not even a new Promise (async hooks).
   */
  checkLine(json: string | Uint8Array): string | Uint8Array {
    const { validateLines } = this.#options
    if (typeof json !== 'string') {
      checkByteLine(json, validateLines)
      return json
    }
    const bytes = lineBytes(json, validateLines)
    if (bytes !== null && (validateLines || !isBlankText(json))) return bytes
    checkTextLine(json, validateLines)
    return json
  }

  addLine(json: string | Uint8Array): Batch {
    return typeof json === 'string' ? this.#addText(json) : this.queue.addBytes(json)
  }

  /** A text that JSON.stringify gave. */
  addSerialised(text: string): Batch {
    const bytes = lineBytes(text, false)
    return bytes === null ? this.#addText(text) : this.queue.addBytes(bytes)
  }

  #addText(text: string): Batch {
    const before = this.queue.pendingBytes
    const batch = this.queue.addText(text)
    learnWidth(text, this.queue.pendingBytes - before - 1)
    return batch
  }

  /** A record was put into the queue: sees to it that it is written, and says whether there is room for more. */
  given(): boolean {
    // Also while a barrier is on its way, which may be all that there was.
    this.#register()
    // At exit nothing comes later: what is on its way is finished first, and then this.
    if (!this.#writer.busy || isExiting()) {
      if (this.queue.pendingBytes >= startNowBytes) throwLater(this.#start.bind(this))
      else this.#startSoon()
    } else if (this.queue.pendingBytes >= this.#lookAt) {
      this.goOn()
    }
    if (this.queue.heldBytes <= this.#options.highWaterMark) return true
    this.#needDrain = true
    // A failure within this call was told before the caller could listen, who now waits for what comes.
    if (!this.#writer.busy && !this.queue.empty && !isExiting()) this.#startSoon()
    return false
  }

  /** Goes on with what the pool is done with, if it is. Not from within what such a look has ended. */
  goOn(): void {
    if (this.#goingOn) return
    this.#goingOn = true
    try {
      throwLater(() => {
        this.#lane.goOn()
      })
    } finally {
      // At exit it throws at once.
      this.#goingOn = false
    }
    this.#writer.follow()
    this.#lookAt = this.queue.pendingBytes + lookAgainBytes
    // A failure in it was told before the caller could listen, who may now wait for what comes: its record is the
    // next attempt.
    if (!this.#writer.busy && !this.queue.empty) this.#startSoon()
  }

  /** Not at once: what this turn of the event loop still gives goes along. */
  #startSoon(): void {
    this.#register()
    if (isExiting()) this.#writer.finishSync()
    else if (!this.#scheduled) this.#schedule()
  }

  #schedule(): void {
    this.#scheduled = true
    // Not queueMicrotask, which makes an AsyncResource: several microseconds where the caches are cold.
    void resolved.then(() => {
      if (this.#scheduled) this.#start()
    })
  }

  #start(): void {
    this.#scheduled = false
    this.#lookAt = this.queue.pendingBytes + lookAgainBytes
    this.#register()
    // The next attempt has its time; only a reopen does not wait for it. At exit nothing comes later.
    const now = isExiting() || (this.#options.flushMode === 'sync' && !this.#retry.waiting)
    if (now) this.#writer.finishSync()
    else this.#writer.pump()
  }

  /** At exit it is finished. */
  #register(): void {
    if (this.#registered) return
    this.#registered = true
    registerUnfinished(this)
  }

  #unregister(): void {
    this.#registered = false
    unregisterFinished(this)
  }

  /** What was to start soon is tried now; if that fails the caller hears of it, and it is not tried once more. */
  #finishSync(): void {
    this.#scheduled = false
    this.#writer.finishSync()
  }

  onProgress(well: boolean): void {
    const { file, unsynced } = this.recording
    this.#lookAt = this.queue.pendingBytes + lookAgainBytes
    if (file.unsynced) this.#timer?.start()
    // Kept records count as held: what is to be given needs room before the timer comes. Not after a failure,
    // for the sync would bring on the next attempt, and that one the next sync.
    if (well && unsynced.bytes > this.#options.highWaterMark / 2) this.#backgroundSync()
    this.onSettled()
    if (this.queue.pendingBytes === 0) this.#tell('flush')
  }

  onSettled(): void {
    if (this.queue.pendingBytes === 0 && !this.recording.owesSync) this.#unregister()
    if (!this.#needDrain || this.queue.heldBytes > this.#options.highWaterMark / 2) return
    this.#needDrain = false
    this.#forgetDrain?.()
    this.#forgetDrain = null
    // Never within a call of write: whoever was just told to wait does not listen yet.
    if (this.#goingOn) this.#drainLater()
    else this.#tell('drain')
  }

  #drainLater(): void {
    this.#forgetDrain = this.door.after(0, true, () => {
      this.#forgetDrain = null
      // Whoever was told to wait since then waits for the next one.
      if (!this.#needDrain) this.#tell('drain')
    })
  }

  onRollback(rollback: Rollback): void {
    this.#tell('rollback', rollback)
  }

  onRecovered(recovery: Recovery): void {
    this.#tell('recovered', recovery)
  }

  onFailure(error: AppendError, willRetry: boolean): void {
    // Between attempts a failure is told to those who listen; the last one is thrown if nobody does.
    if (willRetry && this.#listeners.listenerCount('error') === 0) return
    this.#tell('error', error)
  }

  onNotice(notice: Notice): void {
    if (notice.event === 'repair') this.#tell('repair', notice.repair)
    else if (notice.event === 'moved') this.#tell('moved', notice.move)
    else this.onFailure(notice.error, true)
  }

  #tellNotices(): void {
    for (const notice of this.recording.takeNotices()) this.onNotice(notice)
  }

  awaited(text: string, sync: boolean): Promise<ByteRange> {
    return new Promise((resolve, reject) => {
      this.#giveAwaited(text, sync, resolve, reject)
    })
  }

  /** The same for a line that is to be checked; throws at the call for what is none. */
  awaitedLine(json: string | Uint8Array, sync: boolean): Promise<ByteRange> {
    const refused: { error?: Error } = {}
    const promise = new Promise<ByteRange>((resolve, reject) => {
      // Not before the promise is made: that may run an async hook, in which another line may be checked.
      let line: string | Uint8Array
      try {
        line = this.checkLine(json)
      } catch (error) {
        refused.error = error as Error
        return
      }
      this.#giveAwaited(line, sync, resolve, reject)
    })
    if (refused.error !== undefined) throw refused.error
    return promise
  }

  #giveAwaited(
    line: string | Uint8Array,
    sync: boolean,
    resolve: (range: ByteRange) => void,
    fail: (error: AppendError) => void,
  ): void {
    this.checkOpen()
    this.#addAwaited(line, sync, resolve, fail)
    this.given()
  }

  #addAwaited(
    json: string | Uint8Array,
    sync: boolean,
    resolve: (range: ByteRange) => void,
    fail: (error: AppendError) => void,
  ): Waiter {
    const before = this.queue.pendingBytes
    const batch = this.addLine(json)
    const start = batch.length - (this.queue.pendingBytes - before)
    const waiter = new AwaitedRecord(start, batch.length, resolve, fail)
    batch.waiters.push(waiter)
    batch.sync ||= sync
    return waiter
  }

  appendTextSync(text: string): ByteRange {
    if (text.length * 3 < scratch.length && this.#mayWriteNow()) {
      const bytes = encodeInto(scratch, text, 0)
      if (bytes <= this.#options.maxRecordBytes) return this.#writeScratch(bytes)
    }
    return this.#queuedSync(text)
  }

  appendBytesSync(record: Uint8Array): ByteRange {
    const { length } = record
    if (length < scratch.length && length <= this.#options.maxRecordBytes && this.#mayWriteNow()) {
      scratch.set(record)
      return this.#writeScratch(length)
    }
    return this.#queuedSync(record)
  }

  /** Nothing stands before a record that is to be written on this thread at once. */
  #mayWriteNow(): boolean {
    return (
      this.#options.fsync === 'never' &&
      this.recording.file.calm &&
      this.queue.empty &&
      this.#lane.idle &&
      !this.#checkDue()
    )
  }

  /** Writes the record of so many bytes that stands in the scratch buffer. */
  #writeScratch(bytes: number): ByteRange {
    const length = bytes + 1
    scratch[bytes] = LF
    const { file } = this.recording
    const first = appendShort(file, scratch, length)
    if (first !== null) return this.#writer.finishOne(scratch, length, first, throwLater)
    this.stats.countRecord(length)
    return { start: file.end - length, end: file.end }
  }

  /** The clock is asked now and then only: it costs as much as a tenth of an append. */
  #checkDue(): boolean {
    if (this.closing !== null) return true
    this.#untilCheck--
    if (this.#untilCheck > 0) return false
    this.#untilCheck = appendsBetweenChecks
    return this.recording.moveCheckDue
  }

  #queuedSync(json: string | Uint8Array): ByteRange {
    this.checkOpen()
    const ended: { range?: ByteRange; error?: AppendError } = {}
    const waiter = this.#addAwaited(
      json,
      false,
      (range) => {
        ended.range = range
      },
      (error) => {
        ended.error = error
      },
    )
    this.#register()
    this.#finishSync()
    if (ended.range !== undefined) return ended.range
    // The records before it wait for another attempt; this one was to be there now or not at all.
    if (ended.error === undefined) this.queue.withdraw(waiter)
    throw ended.error ?? this.#writer.lastFailure ?? closedError(this.path)
  }

  barrier(kind: Barrier['kind'], policy: () => Policy<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.checkOpen()
      if (kind === 'flush' && this.queue.pendingBytes === 0 && !this.#writer.busy) {
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

  barrierSync(kind: Barrier['kind'], policy: () => Policy<void>): void {
    const ended: { error?: AppendError | null } = {}
    const barrier = this.#addBarrier(kind, policy, (error) => {
      ended.error = error
    })
    this.#finishSync()
    // Records that wait for another attempt are before it.
    if (ended.error === undefined) this.queue.takeBarriers((other) => other === barrier)
    const error = ended.error === undefined ? this.#writer.lastFailure : ended.error
    if (error !== null) throw error
  }

  #addBarrier(kind: Barrier['kind'], policy: () => Policy<void>, settle: Barrier['settle']): Barrier {
    const barrier = { kind, policy, settle }
    this.queue.addBarrier(barrier)
    return barrier
  }

  /** Not from within what has just ended: that would go round in circles where everything fails. */
  #backgroundSync(): void {
    // Closing syncs by itself, and behind it there is nothing to sync.
    if (this.closing !== null || this.#syncQueued || !this.recording.owesSync) return
    this.#syncQueued = true
    this.#addBarrier(
      'sync',
      () => this.recording.sync(),
      (error) => {
        this.#syncQueued = false
        if (error !== null) this.onFailure(error, false)
      },
    )
    this.#startSoon()
  }

  *#closeFile(close: () => Policy<void>): Policy<void> {
    this.#timer?.stop()
    this.#retry.stop()
    this.#forgetSignal?.()
    const failure = this.queue.hasRecords ? this.#writer.lastFailure : null
    try {
      yield* close()
    } finally {
      this.#unregister()
      if (failure !== null) this.#writer.abandon(failure)
    }
    if (failure !== null) throw failure
  }

  #closeOnAbort(signal: AbortSignal): void {
    const close = (): void => {
      this.close().catch((error: unknown) => {
        this.onFailure(error as AppendError, false)
      })
    }
    signal.addEventListener('abort', close, { once: true })
    this.#forgetSignal = () => {
      signal.removeEventListener('abort', close)
    }
  }
}
