// The working part of a recorder: sees to it that what is in the queue gets to the file, and that who waits is
// told. The class `Recorder` is its face.

import type { EventEmitter } from 'node:events'
import { isUint8Array } from 'node:util/types'
import { appendShort } from '../append-file/short-path.js'
import type { ByteRange } from '../byte-range.js'
import type { Rollback } from '../append-file/rollback.js'
import type { Door, Policy } from '../door/door.js'
import type { Lane } from '../door/lane.js'
import { LineContent } from '../door/line-encoder.js'
import type { AppendError } from '../errors/append-error.js'
import { closedError } from '../errors/make-error.js'
import { AwaitedRecord } from './awaited-record.js'
import type { Batch, Waiter } from './batch.js'
import { isExiting, registerUnfinished, unregisterFinished, type Unfinished } from './exit-flush.js'
import type { ResolvedRecorderOptions } from './options.js'
import { RecordQueue, type Barrier, type Limits } from './queue.js'
import type { RecorderEvents } from './recorder-events.js'
import type { Notice, RecordingFile } from './recording-file.js'
import { RetrySchedule, type Recovery } from './retry-schedule.js'
import { checkLine } from './serialise.js'
import { StatsCounter } from './stats.js'
import { SyncTimer } from './sync-timer.js'
import { putBytes, putText, roomForBytes, roomForText } from './text-line.js'
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
  /** What lines that are given ready-made have to be. */
  readonly #lineContent: LineContent
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
    this.#lineContent = options.validateLines ? LineContent.json : LineContent.anything
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

  /** Puts a line into the queue; throws TypeError for what is none. */
  addLine(json: string | Uint8Array): Batch {
    return typeof json === 'string'
      ? this.queue.addText(json, this.#lineContent)
      : this.queue.addBytes(json, this.#lineContent)
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

  /** A record that is acknowledged by the promise. */
  awaited(text: string, sync: boolean): Promise<ByteRange> {
    return new Promise((resolve, reject) => {
      this.checkOpen()
      this.#addAwaited(text, LineContent.known, sync, resolve, reject)
      this.given()
    })
  }

  /** The same for a line that is to be checked; throws at the call for what is none. */
  awaitedLine(json: string | Uint8Array, sync: boolean): Promise<ByteRange> {
    const refused: { error?: TypeError } = {}
    const promise = new Promise<ByteRange>((resolve, reject) => {
      try {
        if (this.closing !== null) checkLine(json, this.#lineContent)
        this.checkOpen()
        this.#addAwaited(json, this.#lineContent, sync, resolve, reject)
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
        refused.error = error
        return
      }
      this.given()
    })
    if (refused.error !== undefined) throw refused.error
    return promise
  }

  #addAwaited(
    json: string | Uint8Array,
    content: LineContent,
    sync: boolean,
    resolve: (range: ByteRange) => void,
    fail: (error: AppendError) => void,
  ): Waiter {
    const before = this.queue.pendingBytes
    const batch =
      typeof json === 'string' ? this.queue.addText(json, content) : this.queue.addBytes(json, content)
    const start = batch.length - (this.queue.pendingBytes - before)
    const waiter = new AwaitedRecord(start, batch.length, resolve, fail)
    batch.waiters.push(waiter)
    batch.sync ||= sync
    return waiter
  }

  /** Appends a text of JSON.stringify on this thread. */
  appendTextSync(text: string): ByteRange {
    return this.#appendTextSync(text, LineContent.known)
  }

  appendLineSync(json: string | Uint8Array): ByteRange {
    return typeof json === 'string'
      ? this.#appendTextSync(json, this.#lineContent)
      : this.#appendBytesSync(json, this.#lineContent)
  }

  #appendTextSync(text: string, content: LineContent): ByteRange {
    if (roomForText(text) < scratch.length && this.#mayWriteNow()) {
      const bytes = putText(scratch, 0, text, content)
      if (bytes >= 0 && bytes <= this.#options.maxRecordBytes) return this.#writeScratch(bytes)
    }
    return this.#queuedSync(text, content)
  }

  #appendBytesSync(record: Uint8Array, content: LineContent): ByteRange {
    // What is no Uint8Array is refused in the queue.
    if (isUint8Array(record) && this.#fitsScratch(record.length) && this.#mayWriteNow()) {
      const bytes = putBytes(scratch, 0, record, content)
      if (bytes >= 0) return this.#writeScratch(bytes)
    }
    return this.#queuedSync(record, content)
  }

  #fitsScratch(bytes: number): boolean {
    return roomForBytes(bytes) < scratch.length && bytes <= this.#options.maxRecordBytes
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

  #queuedSync(json: string | Uint8Array, content: LineContent): ByteRange {
    this.checkOpen()
    const ended: { range?: ByteRange; error?: AppendError } = {}
    const waiter = this.#addAwaited(
      json,
      content,
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
