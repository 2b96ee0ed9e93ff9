// Takes the queue to the file, one item after another: while one batch is on its way the next gathers
// (group commit). What fails stays in memory, in order, and is tried again at the next append or flush;
// who waited for it hears of it at once (3.7).

import { appendAfter, appendLines } from '../append-file/append-policy.js'
import type { Appended } from '../append-file/attempt.js'
import type { Rollback } from '../append-file/rollback.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import type { ByteRange } from '../byte-range.js'
import type { Completion } from '../door/door.js'
import { performSync, type Lane } from '../door/lane.js'
import type { AppendError } from '../errors/append-error.js'
import { Batch } from './batch.js'
import type { Barrier, RecordQueue } from './queue.js'
import type { StatsCounter } from './stats.js'

/** What the recorder is told. None of it is called while a policy runs. */
export interface WriterEvents {
  /** Bytes have left the queue. */
  readonly progress: () => void
  readonly rollback: (rollback: Rollback) => void
  /** A failure that no promise and no barrier has heard of. */
  readonly failure: (error: AppendError) => void
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

export class Writer {
  file: TrackedFile
  /** The last error that an append ended in. */
  lastFailure: AppendError | null = null
  readonly #lane: Lane
  readonly #queue: RecordQueue
  readonly #stats: StatsCounter
  readonly #events: WriterEvents
  readonly #alwaysSync: boolean
  #busy = false

  constructor(
    file: TrackedFile,
    lane: Lane,
    queue: RecordQueue,
    stats: StatsCounter,
    alwaysSync: boolean,
    events: WriterEvents,
  ) {
    this.file = file
    this.#lane = lane
    this.#queue = queue
    this.#stats = stats
    this.#alwaysSync = alwaysSync
    this.#events = events
  }

  get busy(): boolean {
    return this.#busy
  }

  /** Starts the next item unless one is on its way. */
  pump(): void {
    while (!this.#busy) {
      const item = this.#queue.take()
      if (item === undefined) return
      this.#busy = true
      if (item instanceof Batch) this.#startBatch(item)
      else this.#startBarrier(item)
    }
  }

  /** Everything that is in the queue, now and on this thread. */
  finishSync(): void {
    this.#lane.finishSync()
    while (!this.#queue.empty && !this.#busy) {
      const before = this.#stats.failures
      this.pump()
      this.#lane.finishSync()
      if (this.#stats.failures > before) return
    }
  }

  #startBatch(batch: Batch): void {
    const { bytes, length, atomic } = batch
    const lines = { bytes, offset: 0, length, atomic, sync: batch.sync || this.#alwaysSync }
    this.#lane.start(appendLines(this.file, lines), (outcome) => {
      this.#busy = false
      if ('error' in outcome) throw outcome.error
      this.#finishBatch(batch, outcome.value)
    })
  }

  /** Brings one record to its end, whose first write, made on this thread, was not plainly good. */
  finishOne(bytes: Uint8Array, length: number, first: Completion): ByteRange {
    const lines = { bytes, offset: 0, length, atomic: true, sync: false }
    const { start, failure } = performSync(appendAfter(this.file, lines, first))
    this.#reportRollbacks()
    if (failure === null) {
      this.#stats.countRecord(length)
      return { start, end: start + length }
    }
    this.#stats.failures++
    this.#stats.lostRecords++
    throw failure
  }

  /** Gives up what cannot be written any more: the file is closed. Gives how many records that were. */
  abandon(error: AppendError): number {
    let records = 0
    for (const item of this.#queue.takeAll()) {
      if (!(item instanceof Batch)) {
        item.settle(error)
        continue
      }
      records += item.records
      this.#queue.settled(item.length)
      for (const waiter of item.waiters) waiter.fail(error)
      item.release()
    }
    this.#stats.lostRecords += records
    return records
  }

  #startBarrier(barrier: Barrier): void {
    this.#lane.start(barrier.policy(), (outcome) => {
      this.#busy = false
      this.#reportRollbacks()
      barrier.settle('error' in outcome ? (outcome.error as AppendError) : null)
      this.pump()
    })
  }

  #finishBatch(batch: Batch, appended: Appended): void {
    this.#acknowledge(batch, appended)
    this.#reportRollbacks()
    if (appended.failure !== null) {
      this.#fail(batch, appended, appended.failure)
      return
    }
    if (appended.done < batch.length) {
      const rest = batch.rest(appended.done, false)
      if (rest !== null) this.#queue.putBack(rest)
    }
    batch.release()
    this.#events.progress()
    this.pump()
  }

  #acknowledge(batch: Batch, { start, spoilt, done }: Appended): void {
    this.#stats.batches++
    if (done > spoilt) {
      this.#stats.records += batch.countRecords(spoilt, done)
      this.#stats.bytes += done - spoilt
    }
    this.#queue.settled(done)
    for (const waiter of batch.waiters) {
      if (waiter.start >= spoilt && waiter.end <= done) waiter.acknowledge(start)
    }
  }

  /**
   * Who waits for a record that is not there is told and the record is dropped, for what was reported as
   * failed must not appear later (W3). Records that nobody waits for stay, unless nobody knows whether they
   * are in the file.
   */
  #fail(batch: Batch, appended: Appended, error: AppendError): void {
    this.#stats.failures++
    const { spoilt, done } = appended
    const waiting = batch.waiters.filter(({ start }) => start < spoilt || start >= done)
    const hasUnawaited = batch.hasUnawaited
    const rest = this.#keep(batch, done, error)
    const keptBytes = rest?.length ?? 0
    this.#stats.lostRecords += batch.countRecords(0, spoilt) + batch.countRecords(done, batch.length)
    this.#stats.lostRecords -= rest?.records ?? 0
    this.#queue.settled(batch.length - done - keptBytes)
    if (rest !== batch) batch.release()
    if (rest !== null) this.#queue.putBack(rest)

    this.lastFailure = error
    const heard = this.#failBarriers(error)
    for (const waiter of waiting) waiter.fail(error)
    this.#events.progress()
    this.#goOn(rest !== null, error)
    if (hasUnawaited && !heard) this.#events.failure(error)
  }

  /**
   * What stays in memory goes first again, at the next append or flush (W4), and nothing overtakes it. A
   * reopen or close that waits behind it is what may help, or the end.
   */
  #goOn(stalled: boolean, error: AppendError): void {
    if (this.#queue.bringForward() || !stalled) {
      this.pump()
      return
    }
    const waiters = this.#queue.dropAwaited()
    if (waiters.length === 0) return
    this.#stats.lostRecords += waiters.length
    const behind = failedBehind(error)
    for (const waiter of waiters) waiter.fail(behind)
    this.#events.progress()
  }

  #keep(batch: Batch, done: number, error: AppendError): Batch | null {
    if (error.state === 'indeterminate' || batch.atomic) return null
    if (done === 0 && batch.reusable) return batch
    return batch.rest(done, true)
  }

  /** Flushes and syncs that wait for the records that failed have failed. */
  #failBarriers(error: AppendError): boolean {
    const failed = this.#queue.takeBarriers(({ kind }) => kind === 'flush' || kind === 'sync')
    for (const barrier of failed) barrier.settle(error)
    return failed.length > 0
  }

  #reportRollbacks(): void {
    for (const rollback of this.file.takeRollbacks()) {
      this.#stats.countRollback(rollback)
      this.#events.rollback(rollback)
    }
  }
}
