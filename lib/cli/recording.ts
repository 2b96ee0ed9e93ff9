// From lines of input to records in the file: which are given to the recorder, what becomes of the others,
// and, after a failure, which line is the first that is not in the file.

import type { AppendError } from '../errors/append-error.js'
import type { Recorder } from '../recorder/recorder.js'
import { explainRefusal, isRecord } from './check-line.js'
import { LineNumbers } from './line-numbers.js'
import type { LineSink } from './line-splitter.js'
import type { Refusals } from './refusals.js'
import { wrapText } from './text-record.js'
import { waitFor } from './wait-for.js'

export interface RecordingOptions {
  readonly maxRecordBytes: number
  /** Lines that are no JSON are wrapped. */
  readonly text: boolean
}

export class Recording implements LineSink {
  readonly #recorder: Recorder
  readonly #options: RecordingOptions
  readonly #refusals: Refusals
  readonly #numbers = new LineNumbers()
  #full = false
  #failure: AppendError | null = null
  /** The first record that will never be in the file, though later ones may; null: there is none. */
  #lostRecord: number | null = null
  #lines = 0
  #wrapped = 0
  /** What cut the input short, for the last line's sake; null: it ended by itself. */
  cutShortBy: string | null = null

  /** `onFailure`: a write has failed, and no more input makes sense. */
  constructor(recorder: Recorder, options: RecordingOptions, refusals: Refusals, onFailure: () => void) {
    this.#recorder = recorder
    this.#options = options
    this.#refusals = refusals
    recorder.on('drain', () => {
      this.#full = false
    })
    recorder.on('error', (error) => {
      this.#fail(error)
      onFailure()
    })
  }

  get lines(): number {
    return this.#lines
  }

  /** Lines that were recorded as text. */
  get wrapped(): number {
    return this.#wrapped
  }

  /** The first error; null: none. */
  get failure(): AppendError | null {
    return this.#failure
  }

  line(bytes: Buffer): void {
    this.#lines++
    if (isRecord(bytes)) this.#give(bytes)
    else if (this.#options.text) this.#giveText(bytes)
    else this.#refuse(() => explainRefusal(bytes))
  }

  tooLong(bytes: number): void {
    this.#lines++
    this.#refuse(() => this.#explainTooLong(bytes))
  }

  /** Resolves when there is room for more, or with `stop`. */
  async room(stop: AbortSignal): Promise<void> {
    this.#numbers.forget(this.#recorder.stats.records)
    while (this.#full && !stop.aborted) await waitFor(this.#recorder, ['drain', 'error'], stop)
  }

  /**
   * Brings everything into the file and closes it.
   *
   * @returns what closing failed with, unless it is what was known before
   */
  async close(): Promise<AppendError | null> {
    try {
      await this.#recorder.close()
      return null
    } catch (error) {
      const known = this.#failure
      this.#fail(error as AppendError)
      return known === null || known.code === (error as AppendError).code ? null : (error as AppendError)
    }
  }

  /** The first line of a record that is not in the file; null: there is none, or nobody knows which. */
  firstMissingLine(inputEnded: boolean): number | null {
    if (this.#failure === null || this.#failure.code === 'ERR_SPLICED') return null
    const line = this.#numbers.lineOf(this.#lostRecord ?? this.#recorder.stats.records)
    return line ?? (inputEnded ? null : this.#lines + 1)
  }

  #fail(error: AppendError): void {
    if (this.#failure !== null) return
    this.#failure = error
    // Records stand in the file in the order given (W4), so the first one missing is the next one, and stays
    // so unless it is given up and later ones are not.
    const { records, lostRecords } = this.#recorder.stats
    if (lostRecords > 0) this.#lostRecord = records
  }

  #give(record: Buffer): void {
    if (!this.#recorder.writeLine(record)) this.#full = true
    this.#numbers.add(this.#lines)
  }

  #giveText(line: Buffer): void {
    const record = wrapText(line, new Date())
    if (record.length > this.#options.maxRecordBytes) {
      this.#refuse(() => this.#explainTooLong(record.length))
      return
    }
    this.#give(record)
    this.#wrapped++
  }

  #refuse(reason: () => string): void {
    const cutShort = this.cutShortBy === null ? '' : `cut short by ${this.cutShortBy}: `
    this.#refusals.add(this.#lines, () => cutShort + reason())
  }

  #explainTooLong(bytes: number): string {
    return `too long: ${bytes} bytes, a record may have ${this.#options.maxRecordBytes}`
  }
}
