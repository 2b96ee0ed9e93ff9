// Takes the queue to the file, one item after another: while one batch is on its way the next gathers
// (group commit). What fails stays in memory, in order, and is tried again at the next append or flush;
// who waited for it hears of it at once (3.7).
//
// While a batch is on its way the write of the next may be handed over, so that the pool goes straight on. It is
// made only behind a write that was plainly good; else that batch goes back into the queue before anything
// else happens, as if it had never left (W4).

import { appendLines } from '../append-file/append-policy.js'
import type { Appended } from '../append-file/attempt.js'
import type { Rollback } from '../append-file/rollback.js'
import type { ByteRange } from '../byte-range.js'
import { wasNotBegun, type Completion } from '../door/door.js'
import type { FollowingCall } from '../door/following-call.js'
import { performSync, type Lane, type Outcome } from '../door/lane.js'
import type { AppendError } from '../errors/append-error.js'
import { ownError } from '../errors/make-error.js'
import { Batch } from './batch.js'
import { BatchAppend } from './batch-append.js'
import type { Barrier, RecordQueue } from './queue.js'
import type { Notice, RecordingFile } from './recording-file.js'
import type { Recovery, RetrySchedule } from './retry-schedule.js'
import type { StatsCounter } from './stats.js'

/** What the recorder is told. None of it, here and below, is called while a policy runs. */
export interface WriterProgress {
  /** An attempt has ended: well, and bytes have left the queue, or not. */
  onProgress(well: boolean): void
  /** A barrier has ended. */
  onSettled(): void
}

/** What those who use the recorder are told. */
export interface WriterReports {
  onRollback(rollback: Rollback): void
  onNotice(notice: Notice): void
  onRecovered(recovery: Recovery): void
  /** A failure of which nobody has heard by a promise, for records that wait for the next attempt or are lost. */
  onFailure(error: AppendError, willRetry: boolean): void
}

/** For a record that waited behind one that failed: nothing of it was written. */
function failedBehind(error: AppendError): AppendError {
  return error.derive({
    message: `a record before it could not be written: ${error.message}`,
    range: null,
    rollback: null,
    state: 'failed',
    cause: error,
  })
}

/** A batch whose write was handed over to follow the one on its way. */
interface Ahead {
  readonly batch: Batch
  readonly call: FollowingCall
}

export class Writer {
  /** The last error that an append ended in. */
  lastFailure: AppendError | null = null
  readonly #recording: RecordingFile
  readonly #lane: Lane
  readonly #queue: RecordQueue
  readonly #stats: StatsCounter
  readonly #retry: RetrySchedule
  readonly #progress: WriterProgress
  readonly #reports: WriterReports
  readonly #alwaysSync: boolean
  #busy = false
  /** What is on its way, if it is a batch. */
  #onItsWay: Batch | null = null
  #ahead: Ahead | null = null
  /** Made once: where few batches are written a second, each object that one needs is felt. */
  readonly #endBatch = (outcome: Outcome<Appended>): void => {
    const batch = this.#onItsWay
    this.#busy = false
    this.#onItsWay = null
    if ('error' in outcome) {
      this.#takeBackAhead()
      throw outcome.error
    }
    if (batch !== null) this.#finishBatch(batch, outcome.value)
  }
  readonly #followBatch = (): void => {
    this.follow()
  }
  /** What became of a batch that was written although it must not have been. */
  #contradiction: AppendError | null = null

  constructor(
    recording: RecordingFile,
    lane: Lane,
    queue: RecordQueue,
    stats: StatsCounter,
    retry: RetrySchedule,
    alwaysSync: boolean,
    progress: WriterProgress,
    reports: WriterReports,
  ) {
    this.#recording = recording
    this.#lane = lane
    this.#queue = queue
    this.#stats = stats
    this.#retry = retry
    this.#alwaysSync = alwaysSync
    this.#progress = progress
    this.#reports = reports
  }

  /** One item is on its way. */
  get busy(): boolean {
    return this.#busy
  }

  /**
   * Starts the next item, unless one is on its way or the next attempt has its time. A reopen does not wait
   * for that: another file may be what helps.
   */
  pump(): void {
    if (this.#retry.waiting && (this.#busy || !this.#queue.bringForward('reopen'))) return
    this.#startNext()
  }

  /** Hands over the write of the next batch, if a batch is on its way and the next is worth it. */
  follow(): void {
    if (this.#onItsWay === null || this.#ahead !== null || this.#alwaysSync || this.#retry.waiting) return
    const batch = this.#queue.firstBatch
    const { file } = this.#recording
    if (batch === null || batch.sync || batch.length < file.door.worthFollowing) return
    if (!this.#recording.mayBeFollowed) return
    const call = this.#lane.follow(batch.bytes, 0, batch.length, file.end)
    if (call === null) return
    this.#queue.take()
    this.#ahead = { batch, call }
  }

  /** Everything that is in the queue, now and on this thread; ends at the first failure. */
  finishSync(): void {
    this.#lane.finishSync()
    while (!this.#queue.empty && !this.#busy) {
      const before = this.#stats.failures
      this.#startHere()
      if (this.#stats.failures > before) return
    }
  }

  /** Runs the reopen or close that waits behind records that cannot be written. False: there is none. */
  forceSync(): boolean {
    if (this.#busy || !this.#queue.bringForward()) return false
    this.#startHere()
    return true
  }

  /** Brings one record to its end, whose first write, made on this thread, was not plainly good. */
  finishOne(
    bytes: Uint8Array,
    length: number,
    first: Completion,
    tell: (report: () => void) => void,
  ): ByteRange {
    const lines = { bytes, offset: 0, length, atomic: true, sync: false }
    const { start, failure } = performSync(appendLines(this.#recording.file, lines, first))
    tell(() => {
      this.#report()
    })
    if (failure === null) {
      this.#stats.countRecord(length)
      return { start, end: start + length }
    }
    this.#stats.failures++
    this.#stats.lostRecords++
    throw failure
  }

  /** Gives up what cannot be written any more: the file is closed. */
  abandon(error: AppendError): void {
    this.#retry.stop()
    for (const item of this.#queue.takeAll()) {
      if (!(item instanceof Batch)) {
        item.settle(error)
        continue
      }
      this.#stats.lostRecords += item.records
      this.#queue.settled(item.length)
      for (const waiter of item.waiters) waiter.fail(error)
      item.release()
    }
  }

  /** On this thread from the start: no pool thread is woken for what is finished here anyway. */
  #startHere(): void {
    this.#lane.finishSync(() => {
      this.#startNext()
    })
  }

  #startNext(): void {
    if (this.#busy) return
    const ahead = this.#ahead
    this.#ahead = null
    const item = ahead?.batch ?? this.#queue.take()
    if (item === undefined) return
    this.#busy = true
    if (item instanceof Batch) this.#startBatch(item, ahead?.call ?? null)
    else this.#startBarrier(item)
  }

  #startBatch(batch: Batch, begun: FollowingCall | null): void {
    this.#onItsWay = batch
    const append = new BatchAppend(this.#recording, batch, batch.sync || this.#alwaysSync, begun)
    this.#lane.startShort(append, this.#endBatch, this.#followBatch)
  }

  #startBarrier(barrier: Barrier): void {
    this.#lane.start(barrier.policy(), (outcome) => {
      this.#busy = false
      const error = 'error' in outcome ? (outcome.error as AppendError) : null
      // In the new file what has failed is tried at once.
      if (barrier.kind === 'reopen' && error === null) this.#retry.stop()
      barrier.settle(error)
      this.#progress.onSettled()
      this.#report()
      this.pump()
    })
  }

  #finishBatch(batch: Batch, appended: Appended): void {
    this.#acknowledge(batch, appended)
    if (appended.failure !== null) {
      this.#fail(batch, appended, appended.failure)
      return
    }
    // Its end was needed for something else than its turn.
    if (this.#ahead?.call.over === true) this.#takeBackAhead()
    if (appended.next < batch.length) {
      this.#takeBackAhead()
      const rest = batch.rest(appended.next, false)
      if (rest !== null) this.#queue.putBack(rest)
    }
    batch.release()
    this.#queue.makeReady()
    const recovery = this.#retry.succeeded()
    this.lastFailure = null
    this.pump()
    this.#progress.onProgress(true)
    this.#report()
    if (recovery !== null) this.#reports.onRecovered(recovery)
  }

  /**
   * Puts the batch whose write was handed over into the queue again, at its place: before it only what is left of
   * the batch that it followed. That one was not plainly good, so the write was not begun, and this waits for
   * nothing.
   */
  #takeBackAhead(): void {
    if (this.#ahead === null) return
    const { batch, call } = this.#ahead
    this.#ahead = null
    const completion = call.finishSync()
    if (wasNotBegun(completion)) this.#queue.putBack(batch)
    else this.#giveUpWritten(batch, completion)
  }

  /** Never seen: it stands in the file, at the wrong place, and may stand there in part. Not again, and loudly. */
  #giveUpWritten(batch: Batch, { start, end }: Completion): void {
    const error = ownError('ERR_WRITTEN_AHEAD', 'InvalidData', {
      path: this.#recording.file.path,
      action: 'append to',
      requested: batch.length,
      range: end > start ? { start, end } : null,
      state: 'indeterminate',
      note: 'written behind a write that had not gone well',
    })
    this.#contradiction = error
    this.#stats.failures++
    this.#stats.lostRecords += batch.records
    this.#queue.settled(batch.length)
    for (const waiter of batch.waiters) waiter.fail(error)
    batch.release()
  }

  #acknowledge(batch: Batch, { start, spoilt, done }: Appended): void {
    if (done > spoilt) {
      this.#stats.batches++
      this.#stats.records += batch.countRecords(spoilt, done)
      this.#stats.bytes += done - spoilt
    }
    this.#queue.settled(done)
    for (const waiter of batch.waiters) {
      if (waiter.start >= spoilt && waiter.end <= done) waiter.acknowledge(start)
    }
  }

  /**
   * With a retry set, everything that is not there waits for it, and who waits goes on waiting. Else who
   * waits for a record is told and the record is dropped, for what was reported as failed must not appear
   * later (W3); records that nobody waits for stay, unless nobody knows whether they are in the file.
   */
  #fail(batch: Batch, appended: Appended, error: AppendError): void {
    this.#takeBackAhead()
    this.#stats.failures++
    this.lastFailure = error
    const { spoilt, done, next } = appended
    // Where nothing remains to be tried, the schedule has nothing to wait for.
    const willRetry = next < batch.length && this.#retry.failed(error)
    if (willRetry) this.#stats.retries++
    const isLost = (start: number): boolean =>
      start < spoilt || (start >= done && start < next) || (start >= next && !willRetry)
    const lost = batch.waiters.filter(({ start }) => isLost(start))
    const unawaited = batch.unawaitedOutside(spoilt, done)
    const unawaitedRest = batch.unawaitedOutside(0, next)
    const rest = this.#keep(batch, next, error, willRetry)
    const restLength = rest?.length ?? 0
    // Nothing was dropped: the same would fail again.
    const stalled = rest !== null && restLength === batch.length - next
    // Of records that came by write(), some are lost for good.
    const gaveUp = unawaited > (willRetry ? unawaitedRest : restLength)
    const lostSome = this.#countLost(batch, appended, rest) > 0
    if (rest !== null) this.#queue.putBack(rest)
    if (rest !== batch) batch.release()
    for (const waiter of lost) waiter.fail(error)

    // A flush that resolved would acknowledge what was given before it, and something of that is not there.
    // A close tells of what it leaves unwritten.
    const closes = stalled && !willRetry && this.#queue.closes
    const heard = (willRetry && !lostSome ? false : this.#failBarriers(error)) || closes
    if (!willRetry) this.#goOn(stalled, error)
    this.#progress.onProgress(false)
    this.#report()
    if (willRetry) this.#reports.onFailure(error, true)
    if ((gaveUp || (stalled && !willRetry)) && !heard) this.#reports.onFailure(error, false)
  }

  #keep(batch: Batch, next: number, error: AppendError, willRetry: boolean): Batch | null {
    if (willRetry) return next === 0 ? batch : batch.rest(next, false)
    if (error.state === 'indeterminate' || batch.atomic) return null
    if (next === 0 && batch.waiters.length === 0) return batch
    return batch.rest(next, true)
  }

  #countLost(batch: Batch, { spoilt, done }: Appended, rest: Batch | null): number {
    const notThere = batch.countRecords(0, spoilt) + batch.countRecords(done, batch.length)
    const lost = notThere - (rest?.records ?? 0)
    this.#stats.lostRecords += lost
    this.#queue.settled(batch.length - done - (rest?.length ?? 0))
    return lost
  }

  /**
   * What stays in memory goes first again, at the next append or flush (W4), and nothing overtakes it. A
   * reopen or close that waits behind it is what may help, or the end.
   */
  #goOn(stalled: boolean, error: AppendError): void {
    if (!stalled || this.#queue.bringForward()) {
      this.pump()
      return
    }
    const { waiters, records } = this.#queue.dropAwaited()
    if (waiters.length === 0) return
    this.#stats.lostRecords += records
    const behind = failedBehind(error)
    for (const waiter of waiters) waiter.fail(behind)
  }

  /** Flushes and syncs that wait for the records that failed have failed. */
  #failBarriers(error: AppendError): boolean {
    const failed = this.#queue.takeBarriers(({ kind }) => kind === 'flush' || kind === 'sync')
    for (const barrier of failed) barrier.settle(error)
    return failed.length > 0
  }

  #reportRollbacks(rollbacks: readonly Rollback[]): void {
    for (const rollback of rollbacks) {
      this.#stats.countRollback(rollback)
      this.#reports.onRollback(rollback)
    }
  }

  #report(): void {
    const { file } = this.#recording
    if (file.rollbacks.length > 0) this.#reportRollbacks(file.takeRollbacks())
    if (this.#recording.notices.length > 0) {
      for (const notice of this.#recording.takeNotices()) this.#reports.onNotice(notice)
    }
    const contradiction = this.#contradiction
    this.#contradiction = null
    if (contradiction !== null) this.#reports.onFailure(contradiction, false)
  }
}
