// The working part of a recorder: sees to it that what is in the queue gets to the file, and that who waits is
// told. The class `Recorder` is its face.

import type { EventEmitter } from 'node:events'
import { resolvePath } from '../append-file/options.js'
import type { ByteRange } from '../byte-range.js'
import type { Door, Policy } from '../door/door.js'
import type { Lane } from '../door/lane.js'
import { LineContent } from '../door/line-encoder.js'
import type { AppendError } from '../errors/append-error.js'
import { closedError } from '../errors/make-error.js'
import { Announcer } from './announcer.js'
import { AwaitedAppends } from './awaited-appends.js'
import { Drain } from './drain.js'
import { isExiting, type Unfinished } from './exit-flush.js'
import { ImmediateAppends } from './immediate-appends.js'
import type { Limits } from './limits.js'
import type { ResolvedRecorderOptions } from './options.js'
import { RecordQueue, type Barrier } from './queue.js'
import type { RecorderEvents } from './recorder-events.js'
import type { RecordingFile } from './recording-file.js'
import { RetrySchedule } from './retry-schedule.js'
import { checkLine, serialise } from './serialise.js'
import { Starter } from './starter.js'
import { StatsCounter } from './stats.js'
import { SyncTimer } from './sync-timer.js'
import { Writer, type WriterProgress } from './writer.js'

function* nothing(): Policy<void> {
  return
}

export class RecorderSession implements Unfinished, Limits, WriterProgress {
  readonly door: Door
  readonly recording: RecordingFile
  readonly queue: RecordQueue
  readonly stats = new StatsCounter()
  readonly starter: Starter
  readonly awaited: AwaitedAppends
  closing: Promise<void> | null = null
  /** How closing has ended. */
  #closed: { readonly error: AppendError | null } | null = null
  readonly #options: ResolvedRecorderOptions
  readonly #announcer: Announcer
  readonly #drain: Drain
  readonly #retry: RetrySchedule
  readonly #writer: Writer
  readonly #immediate: ImmediateAppends
  readonly #timer: SyncTimer | null
  /** What lines that are given ready-made have to be. */
  readonly #lineContent: LineContent
  #syncQueued = false
  #forgetSignal: (() => void) | null = null

  constructor(
    door: Door,
    lane: Lane,
    recording: RecordingFile,
    options: ResolvedRecorderOptions,
    listeners: EventEmitter<RecorderEvents>,
  ) {
    this.door = door
    this.recording = recording
    this.#options = options
    const { fsync, flushMode } = options
    this.#lineContent = options.validateLines ? LineContent.json : LineContent.anything
    this.#announcer = new Announcer(listeners)
    this.#drain = new Drain(door, this.#announcer)
    this.queue = new RecordQueue(this)
    this.#retry = new RetrySchedule(door, options.retry, () => {
      this.starter.start()
    })
    this.#writer = new Writer(
      recording,
      lane,
      this.queue,
      this.stats,
      this.#retry,
      fsync === 'always',
      this,
      this.#announcer,
    )
    this.starter = new Starter(this.queue, this.#writer, lane, this.#retry, flushMode, this)
    this.#immediate = new ImmediateAppends(recording, this.queue, lane, this.#writer, this.stats, options)
    this.awaited = new AwaitedAppends(this, this.#lineContent)
    this.#timer =
      typeof fsync === 'object' ? new SyncTimer(door, fsync.everyMs, this.#backgroundSync.bind(this)) : null
    if (options.signal !== null) this.#closeOnAbort(options.signal)
    // Not before the caller could listen.
    if (recording.notices.length > 0) setImmediate(this.#tellNotices.bind(this))
  }

  get path(): string {
    return this.recording.file.path
  }

  /** Why what waits in the queue is not written; null: nothing has failed. */
  get lastFailure(): AppendError | null {
    return this.#writer.lastFailure
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
    this.#setClosing(closing)
    this.starter.start()
    return closing
  }

  closeSync(): void {
    const begun = this.closing !== null
    if (!begun) {
      this.#setClosing(Promise.resolve())
      this.#beginClose(() => undefined)
    }
    this.starter.finishSync()
    // Records that wait for another attempt are before it, and it does not wait for them.
    while (this.#closed === null && this.#writer.forceSync());
    if (this.#closed?.error != null) throw this.#closed.error
  }

  #setClosing(closing: Promise<void>): void {
    this.closing = closing
    this.#immediate.closed = true
  }

  #beginClose(settle: Barrier['settle']): void {
    const close = this.recording.closeAsOfNow()
    this.#addBarrier(
      'close',
      () => this.#closeFile(close),
      (error) => {
        this.#closed = { error }
        settle(error)
        this.#announcer.tell('close')
      },
    )
  }

  checkOpen(): void {
    if (this.closing !== null) throw closedError(this.path)
  }

  /** A record was put into the queue: sees to it that it is written, and says whether there is room for more. */
  given(): boolean {
    this.starter.given()
    if (!this.queue.holdsMoreThan(this.#options.highWaterMark)) return true
    this.#drain.wanted = true
    if (!isExiting()) this.starter.tryAgainSoon()
    return false
  }

  onProgress(well: boolean): void {
    const { file, unsynced } = this.recording
    this.starter.progressed()
    if (file.unsynced) this.#timer?.start()
    // Kept records count as held: what is to be given needs room before the timer comes. Not after a failure,
    // for the sync would bring on the next attempt, and that one the next sync.
    if (well && unsynced.bytes > this.#options.highWaterMark / 2) this.#backgroundSync()
    this.onSettled()
    if (this.queue.pendingBytes === 0) this.#announcer.tell('flush')
  }

  onSettled(): void {
    if (this.queue.pendingBytes === 0 && !this.recording.owesSync) this.starter.unregister()
    if (!this.#drain.wanted || this.queue.heldBytes > this.#options.highWaterMark / 2) return
    this.#drain.tell(this.starter.goingOn)
  }

  #tellNotices(): void {
    for (const notice of this.recording.takeNotices()) this.#announcer.onNotice(notice)
  }

  write(value: unknown): boolean {
    this.checkOpen()
    this.queue.addText(serialise(value), LineContent.known)
    return this.given()
  }

  writeLine(json: string | Uint8Array): boolean {
    this.checkOpen()
    if (typeof json === 'string') this.queue.addText(json, this.#lineContent)
    else this.queue.addBytes(json, this.#lineContent)
    return this.given()
  }

  appendSync(value: unknown): ByteRange {
    const text = serialise(value)
    const { known } = LineContent
    return this.#immediate.appendText(text, known) ?? this.awaited.appendSync(text, known)
  }

  appendLineSync(json: string | Uint8Array): ByteRange {
    const content = this.#lineContent
    if (this.closing !== null) checkLine(json, content)
    const range =
      typeof json === 'string'
        ? this.#immediate.appendText(json, content)
        : this.#immediate.appendBytes(json, content)
    return range ?? this.awaited.appendSync(json, content)
  }

  flush(): Promise<void> {
    return this.barrier('flush', nothing)
  }

  flushSync(): void {
    this.checkOpen()
    this.barrierSync('flush', nothing)
  }

  sync(): Promise<void> {
    return this.barrier('sync', this.recording.syncAsOfNow())
  }

  reopen(path?: string | URL): Promise<void> {
    const given = path === undefined ? null : resolvePath(path)
    // Without a path the one that is in use by then, behind other reopens.
    return this.barrier('reopen', () => this.recording.reopen(this.door.file(given ?? this.path)))
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
      this.starter.start()
    })
  }

  barrierSync(kind: Barrier['kind'], policy: () => Policy<void>): void {
    const ended: { error?: AppendError | null } = {}
    const barrier = this.#addBarrier(kind, policy, (error) => {
      ended.error = error
    })
    this.starter.finishSync()
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
        if (error !== null) this.#announcer.onFailure(error, false)
      },
    )
    this.starter.startSoon()
  }

  *#closeFile(close: () => Policy<void>): Policy<void> {
    this.#timer?.stop()
    this.#retry.stop()
    this.#forgetSignal?.()
    const failure = this.queue.hasRecords ? this.#writer.lastFailure : null
    try {
      yield* close()
    } finally {
      this.starter.unregister()
      if (failure !== null) this.#writer.abandon(failure)
    }
    if (failure !== null) throw failure
  }

  #closeOnAbort(signal: AbortSignal): void {
    const close = (): void => {
      this.close().catch((error: unknown) => {
        this.#announcer.onFailure(error as AppendError, false)
      })
    }
    signal.addEventListener('abort', close, { once: true })
    this.#forgetSignal = () => {
      signal.removeEventListener('abort', close)
    }
  }
}
