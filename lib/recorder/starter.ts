// When what was given begins to be written: not at once, so that what the same turn of the event loop still gives goes
// along; within the call where much has gathered, or nothing comes later.

import type { Lane } from '../door/lane.js'
import { isExiting, registerUnfinished, unregisterFinished, type Unfinished } from './exit-flush.js'
import type { ResolvedRecorderOptions } from './options.js'
import type { RecordQueue } from './queue.js'
import type { RetrySchedule } from './retry-schedule.js'
import { throwLater } from './throw-later.js'
import type { Writer } from './writer.js'

/** Buffered bytes at which a batch is started within the call. */
const startNowBytes = 256 * 1024

/**
 * While a batch is on its way, after so many more bytes it is looked whether the next can be started. Else the pool
 * would have nothing to do until the caller's turn ends; and more often costs more than it gives.
 */
const lookAgainBytes = 192 * 1024

const resolved = Promise.resolve()

export class Starter {
  readonly #queue: RecordQueue
  readonly #writer: Writer
  readonly #lane: Lane
  readonly #retry: RetrySchedule
  readonly #flushMode: ResolvedRecorderOptions['flushMode']
  readonly #unfinished: Unfinished
  #scheduled = false
  #registered = false
  #goingOn = false
  /** With so many pending bytes it is looked what the pool has done. */
  #lookAt = lookAgainBytes

  constructor(
    queue: RecordQueue,
    writer: Writer,
    lane: Lane,
    retry: RetrySchedule,
    flushMode: ResolvedRecorderOptions['flushMode'],
    unfinished: Unfinished,
  ) {
    this.#queue = queue
    this.#writer = writer
    this.#lane = lane
    this.#retry = retry
    this.#flushMode = flushMode
    this.#unfinished = unfinished
  }

  /** What ends now ends within a call of write. */
  get goingOn(): boolean {
    return this.#goingOn
  }

  /** A record was put into the queue: sees to it that it is written. */
  given(): void {
    // Also while a barrier is on its way, which may be all that there was.
    this.register()
    // At exit nothing comes later: what is on its way is finished first, and then this.
    if (!this.#writer.busy || isExiting()) {
      if (this.#queue.pendingBytes >= startNowBytes) throwLater(this.start.bind(this))
      else this.#startRegisteredSoon()
    } else if (this.#queue.pendingBytes >= this.#lookAt) {
      this.goOn()
    }
  }

  /**
   * A failure within this call was told before the caller could listen, who may now wait for what comes: its record is
   * the next attempt.
   */
  tryAgainSoon(): void {
    if (!this.#writer.busy && !this.#queue.empty) this.startSoon()
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
    this.progressed()
    this.tryAgainSoon()
  }

  /** Not at once: what this turn of the event loop still gives goes along. */
  startSoon(): void {
    this.register()
    this.#startRegisteredSoon()
  }

  #startRegisteredSoon(): void {
    if (isExiting()) this.#writer.finishSync()
    else if (!this.#scheduled) this.#schedule()
  }

  #schedule(): void {
    this.#scheduled = true
    // Not queueMicrotask, which makes an AsyncResource: several microseconds where the caches are cold.
    void resolved.then(() => {
      if (this.#scheduled) this.start()
    })
  }

  start(): void {
    this.#scheduled = false
    this.progressed()
    this.register()
    // The next attempt has its time; only a reopen does not wait for it. At exit nothing comes later.
    const now = isExiting() || (this.#flushMode === 'sync' && !this.#retry.waiting)
    if (now) this.#writer.finishSync()
    else this.#writer.pump()
  }

  /** What was to start soon is tried now; if that fails the caller hears of it, and it is not tried once more. */
  finishSync(): void {
    this.#scheduled = false
    this.#writer.finishSync()
  }

  /** The look that was just taken, or an end that was heard of, is the last for so many bytes. */
  progressed(): void {
    this.#lookAt = this.#queue.pendingBytes + lookAgainBytes
  }

  /** At exit it is finished. */
  register(): void {
    if (this.#registered) return
    this.#registered = true
    registerUnfinished(this.#unfinished)
  }

  unregister(): void {
    this.#registered = false
    unregisterFinished(this.#unfinished)
  }
}
