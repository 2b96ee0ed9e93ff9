// One user of the recorder under test: gives records in every way there is, and writes down what it is told.

import { AppendError } from '../../lib/errors/append-error.js'
import { unregisterFinished } from '../../lib/recorder/exit-flush.js'
import { openRecorder } from '../../lib/recorder/open-recorder.js'
import { Recorder } from '../../lib/recorder/recorder.js'
import type { RecorderOptions } from '../../lib/recorder/options.js'
import type { Process } from './process.js'
import type { SentRecord } from './sent-record.js'
import { verifyDurableNow } from './verifier.js'
import type { SimulatedDoor } from './simulated-door.js'
import type { World } from './world.js'

const states = new Set(['failed', 'pending', 'indeterminate'])

export class RecorderActor {
  readonly process: Process
  readonly sent: SentRecord[] = []
  recorder: Recorder | null = null
  opening = true
  readonly #world: World
  readonly #options: RecorderOptions
  #waiting = 0
  #sequence = 0

  constructor(world: World, process: Process, door: SimulatedDoor, path: string, options: RecorderOptions) {
    this.#world = world
    this.process = process
    this.#options = options
    openRecorder(Recorder, path, options, door).then(
      (recorder) => {
        this.#opened(recorder)
      },
      (error: unknown) => {
        this.opening = false
        this.#checkError(error)
      },
    )
  }

  /** Promises of it that have not ended. */
  get waiting(): number {
    return this.#waiting
  }

  act(): void {
    const { recorder } = this
    if (recorder === null || !this.process.alive) return
    const what = this.#world.random.below(21)
    if (what < 5) this.#write(recorder)
    else if (what < 11) this.#append(recorder)
    else if (what < 14) this.#appendSync(recorder)
    else if (what < 16) this.#appendAll(recorder)
    else if (what < 18) this.#flush(recorder)
    else if (what === 18) this.#flushSync(recorder)
    else if (what === 19) recorder.session.starter.goOn()
    else this.#wait(recorder.sync(), this.#given(), true)
    // As write() does after each so many bytes.
    if (what < 11 && what % 2 === 0) recorder.session.starter.goOn()
    if (recorder.pendingBytes > (this.#options.maxBufferedBytes ?? Infinity)) {
      this.#world.violate(`W8: ${recorder.pendingBytes} bytes are buffered`)
    }
  }

  close(): Promise<void> {
    const { recorder } = this
    if (recorder === null) return Promise.resolve()
    const given = this.#given()
    return recorder.close().then(
      () => {
        this.#acknowledge(given, this.#options.fsync !== 'never')
      },
      (error: unknown) => {
        this.#checkError(error)
        for (const record of given) if (record.state === 'given') record.state = 'open'
      },
    )
  }

  kill(): void {
    this.process.alive = false
    this.#world.dead.add(this.process.actor)
    if (this.recorder !== null) unregisterFinished(this.recorder.session)
    for (const record of this.sent) if (record.state === 'given') record.state = 'open'
  }

  #opened(recorder: Recorder): void {
    this.opening = false
    this.recorder = recorder
    recorder.on('error', (error) => {
      this.#checkError(error)
      // Of what came by write() some may be given up now, and it is not said which.
      if (error.state !== 'failed') {
        for (const record of this.#given()) record.state = 'open'
      }
    })
  }

  #given(): SentRecord[] {
    return this.sent.filter(({ state }) => state === 'given')
  }

  /** What a call that returns at once can speak of: a refusal by a promise is heard only after it. */
  #givenWithoutPromise(): SentRecord[] {
    return this.#given().filter(({ awaited }) => !awaited)
  }

  #next(awaited = false): SentRecord {
    const pad = 'x'.repeat(this.#world.random.below(60))
    const sequence = this.#sequence++
    const text = JSON.stringify({ w: this.process.actor, s: sequence, p: pad })
    const actor = this.process.actor
    const record: SentRecord = { actor, sequence, text, state: 'given', range: null, durable: false, awaited }
    this.sent.push(record)
    return record
  }

  #write(recorder: Recorder): void {
    const record = this.#next()
    try {
      recorder.writeLine(record.text)
    } catch (error) {
      this.#checkError(error)
      record.state = 'refused'
    }
  }

  #append(recorder: Recorder): void {
    const record = this.#next(true)
    const sync = this.#world.random.once(5)
    this.#waiting++
    recorder.appendLine(record.text, { sync }).then(
      (range) => {
        this.#end()
        this.#acknowledgeAt(record, range, sync)
      },
      (error: unknown) => {
        this.#end()
        this.#failed([record], error)
      },
    )
  }

  #appendSync(recorder: Recorder): void {
    const record = this.#next()
    try {
      this.#acknowledgeAt(record, recorder.appendLineSync(record.text), false)
    } catch (error) {
      this.#failed([record], error)
    }
  }

  #appendAll(recorder: Recorder): void {
    const records = Array.from({ length: this.#world.random.between(1, 4) }, () => this.#next(true))
    this.#waiting++
    recorder.appendAll(records.map(({ text }) => JSON.parse(text) as unknown)).then(
      (ranges) => {
        this.#end()
        for (const [i, record] of records.entries()) {
          const range = ranges[i]
          if (range !== undefined) this.#acknowledgeAt(record, range, false)
        }
      },
      (error: unknown) => {
        this.#end()
        this.#failed(records, error)
      },
    )
  }

  #flush(recorder: Recorder): void {
    this.#wait(recorder.flush(), this.#given(), this.#options.fsync === 'always')
  }

  #flushSync(recorder: Recorder): void {
    const given = this.#givenWithoutPromise()
    try {
      recorder.flushSync()
      this.#acknowledge(given, this.#options.fsync === 'always')
    } catch (error) {
      this.#heard(given, error)
    }
  }

  #wait(promise: Promise<void>, given: SentRecord[], durable: boolean): void {
    this.#waiting++
    promise.then(
      () => {
        this.#end()
        this.#acknowledge(given, durable)
      },
      (error: unknown) => {
        this.#end()
        this.#heard(given, error)
      },
    )
  }

  #end(): void {
    this.#waiting--
  }

  /** A flush or sync failed: what it covered may have been given up. */
  #heard(given: SentRecord[], error: unknown): void {
    this.#checkError(error)
    if (error instanceof AppendError && error.state === 'failed') return
    for (const record of given) if (record.state === 'given') record.state = 'open'
  }

  #acknowledge(given: readonly SentRecord[], durable: boolean): void {
    if (!this.process.alive) return
    for (const record of given) {
      if (record.state === 'given') record.state = 'acknowledged'
      if (record.state === 'acknowledged' && durable) this.#isDurable(record)
    }
  }

  #acknowledgeAt(record: SentRecord, range: { start: number; end: number }, sync: boolean): void {
    if (!this.process.alive) return
    if (record.state === 'failed') this.#world.violate(`W3: record ${record.text} failed, then acknowledged`)
    record.state = 'acknowledged'
    record.range = range
    if (sync || this.#options.fsync === 'always') this.#isDurable(record)
  }

  #isDurable(record: SentRecord): void {
    if (!record.durable) verifyDurableNow(this.#world, record, this.#options.onSyncFailure !== 'fail')
    record.durable = true
  }

  #failed(records: readonly SentRecord[], error: unknown): void {
    if (!this.process.alive) return
    this.#checkError(error)
    for (const record of records) record.state = error instanceof AppendError ? error.state : 'open'
  }

  /** W7: every failure says all there is to say. */
  #checkError(error: unknown): void {
    if (!(error instanceof AppendError)) {
      this.#world.violate(`W7: not an AppendError: ${String(error)} ${(error as Error).stack ?? ''}`)
      return
    }
    this.#world.note(`actor ${this.process.actor} hears: ${error.message}`)
    if (error.code === 'ERR_WRITTEN_AHEAD') this.#world.violate(`W4: ${error.message}`)
    const complete = error.code !== '' && error.path !== '' && states.has(error.state)
    const systemCall = error.errno === 0 || error.syscall !== null
    if (!complete || !systemCall) this.#world.violate(`W7: incomplete error: ${error.message}`)
  }
}
