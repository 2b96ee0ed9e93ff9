// Records that somebody waits for: put into the queue with what their caller is to be told, and nothing is told before
// they stand in the file (W1).

import type { ByteRange } from '../byte-range.js'
import { LineContent } from '../door/line-encoder.js'
import { AppendError } from '../errors/append-error.js'
import { closedError } from '../errors/make-error.js'
import { isUint8Array } from '../is-bytes.js'
import { isToBeSynced, type AppendOptions } from './append-options.js'
import { AwaitedRecord } from './awaited-record.js'
import type { Waiter } from './batch.js'
import type { RecorderSession } from './recorder-session.js'
import { checkLine, serialise } from './serialise.js'

export class AwaitedAppends {
  readonly #session: RecorderSession
  /** What lines that are given ready-made have to be. */
  readonly #lineContent: LineContent

  constructor(session: RecorderSession, lineContent: LineContent) {
    this.#session = session
    this.#lineContent = lineContent
  }

  append(value: unknown, options: AppendOptions | undefined): Promise<ByteRange> {
    const sync = isToBeSynced(options)
    const text = serialise(value)
    return new Promise((resolve, reject) => {
      this.#session.checkOpen()
      this.#add(text, LineContent.known, sync, resolve, reject)
      this.#session.given()
    })
  }

  /** The same for a line that is to be checked; throws at the call for what is none. */
  appendLine(json: string | Uint8Array, options: AppendOptions | undefined): Promise<ByteRange> {
    const sync = isToBeSynced(options)
    const session = this.#session
    const refused: { error?: Error } = {}
    const promise = new Promise<ByteRange>((resolve, reject) => {
      try {
        if (session.closing !== null) checkLine(json, this.#lineContent)
        session.checkOpen()
        this.#add(json, this.#lineContent, sync, resolve, reject)
      } catch (error) {
        if (error instanceof AppendError) throw error
        refused.error = error as Error
        return
      }
      session.given()
    })
    if (refused.error !== undefined) throw refused.error
    return promise
  }

  appendAll(values: Iterable<unknown>, options: AppendOptions | undefined): Promise<ByteRange[]> {
    const sync = isToBeSynced(options)
    if (typeof values === 'string' || isUint8Array(values)) {
      throw new TypeError('appendAll takes an iterable of records: of a text or bytes each part would be one')
    }
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

  /** Appends on this thread a record that others stand before, and them. */
  appendSync(json: string | Uint8Array, content: LineContent): ByteRange {
    const session = this.#session
    session.checkOpen()
    const ended: { range?: ByteRange; error?: AppendError } = {}
    const waiter = this.#add(
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
    session.starter.register()
    session.starter.finishSync()
    if (ended.range !== undefined) return ended.range
    // The records before it wait for another attempt; this one was to be there now or not at all.
    if (ended.error === undefined) session.queue.withdraw(waiter)
    throw ended.error ?? session.lastFailure ?? closedError(session.path)
  }

  #add(
    json: string | Uint8Array,
    content: LineContent,
    sync: boolean,
    resolve: (range: ByteRange) => void,
    fail: (error: AppendError) => void,
  ): Waiter {
    const { queue } = this.#session
    const before = queue.pendingBytes
    const batch = typeof json === 'string' ? queue.addText(json, content) : queue.addBytes(json, content)
    const start = batch.length - (queue.pendingBytes - before)
    const waiter = new AwaitedRecord(start, batch.length, resolve, fail)
    batch.waiters.push(waiter)
    batch.sync ||= sync
    return waiter
  }
}
