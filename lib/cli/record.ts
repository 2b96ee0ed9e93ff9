// `wholeline record FILE`: standard input, one record a line, into FILE.

import { fstatSync, statSync } from 'node:fs'
import path from 'node:path'
import { isatty } from 'node:tty'
import { AppendError } from '../errors/append-error.js'
import { Recorder } from '../recorder/recorder.js'
import { explainError } from './error-report.js'
import { ExitCode } from './exit-code.js'
import { formatBytes, formatNoun } from './format.js'
import { openInput, readChunks } from './input.js'
import { LineSplitter } from './line-splitter.js'
import { print } from './print.js'
import { Progress } from './progress.js'
import { parseRecordOptions, recordUsage, type RecordOptions } from './record-options.js'
import { explainWhatStands, summaryToJson, summaryToText, type RecordSummary } from './record-summary.js'
import { Recording } from './recording.js'
import { Refusals } from './refusals.js'
import { StopSignals } from './stop-signals.js'
import { Tee } from './tee.js'

const stdinFd = 0
const stdoutFd = 1

/** What may be buffered besides one record of the largest size. */
const slackBytes = 64 * 1024 * 1024

/** Everything that stands for this one call. */
class RecordCommand {
  readonly #options: RecordOptions
  readonly #started = performance.now()
  readonly #stop = new AbortController()
  readonly #signals = new StopSignals(() => this.#stop.abort())
  readonly #progress: Progress
  readonly #refusals: Refusals
  readonly #tee: Tee | null
  #recorder: Recorder | null = null
  #bytesRead = 0
  /** Standard input could not be read. */
  #inputError: Error | null = null
  #inputEnded = false

  constructor(options: RecordOptions) {
    this.#options = options
    this.#tee = options.tee ? new Tee(process.stdout) : null
    // It must not be drawn across what is typed, or passed on, at the same terminal.
    const shown = process.stderr.isTTY && !isatty(stdinFd) && !(options.tee && process.stdout.isTTY)
    this.#progress = new Progress(process.stderr, shown, () => {
      const records = formatNoun(this.#recorder?.stats.records ?? 0, 'record')
      return { bytes: this.#bytesRead, done: `${records}  ${formatBytes(this.#bytesRead)}` }
    })
    this.#refusals = new Refusals((text) => this.#progress.message(text))
  }

  async run(): Promise<ExitCode> {
    try {
      this.#recorder = await this.#open()
    } catch (error) {
      if (!(error instanceof AppendError)) throw error
      return this.#report(null, error, null)
    }
    const recording = new Recording(this.#recorder, this.#options, this.#refusals, () => this.#stop.abort())
    await this.#readInput(recording)
    const second = await recording.close()
    await this.#tee?.finish()
    this.#signals.dispose()
    return this.#report(recording, recording.failure, second)
  }

  #open(): Promise<Recorder> {
    const { file, fsync, lock, maxRecordBytes } = this.#options
    const maxBufferedBytes = maxRecordBytes + slackBytes
    // The lines are checked here, once.
    return Recorder.open(file, { fsync, lock, maxRecordBytes, maxBufferedBytes, validateLines: false })
  }

  async #readInput(recording: Recording): Promise<void> {
    const { signal } = this.#stop
    const splitter = new LineSplitter(this.#options.maxRecordBytes, recording)
    try {
      for await (const chunk of readChunks(openInput(), signal)) {
        if (recording.failure !== null) return
        this.#tee?.pass(chunk)
        this.#bytesRead += chunk.length
        splitter.push(chunk)
        await recording.room(signal)
        await this.#tee?.room(signal)
      }
      this.#inputEnded = !signal.aborted
    } catch (error) {
      this.#inputError = error as Error
    }
    if (recording.failure !== null) return
    recording.cutShortBy = this.#inputError === null ? this.#signals.first : 'a read error'
    splitter.end()
  }

  async #report(recording: Recording | null, failure: Error | null, second: Error | null): Promise<ExitCode> {
    const summary = this.#summarise(recording, failure)
    const { json, tee } = this.#options
    this.#progress.stop()
    this.#refusals.finish()
    if (failure !== null) {
      this.#progress.message(explainError(failure))
      if (second !== null) this.#progress.message(explainError(second))
      this.#progress.message(explainWhatStands(summary))
    }
    if (this.#inputError !== null) this.#say('standard input', this.#inputError)
    if (this.#tee?.failure != null) this.#say('standard output', this.#tee.failure)
    if (json && tee) process.stderr.write(`${summaryToJson(summary)}\n`)
    else if (json) await print(`${summaryToJson(summary)}\n`)
    else if (process.stderr.isTTY) this.#progress.message(summaryToText(summary))
    return summary.exitCode
  }

  #say(what: string, error: Error): void {
    this.#progress.message(`${explainError(error)} (${what})`)
  }

  #summarise(recording: Recording | null, failure: Error | null): RecordSummary {
    const { records = 0, bytes = 0 } = this.#recorder?.stats ?? {}
    const tee = this.#tee
    const error = failure ?? this.#inputError ?? tee?.failure ?? null
    const refused = this.#refusals.count
    return {
      file: path.resolve(this.#options.file),
      lines: recording?.lines ?? 0,
      records,
      bytes,
      wrapped: recording?.wrapped ?? 0,
      refused,
      stoppedBy: this.#signals.first,
      firstMissingLine: recording?.firstMissingLine(this.#inputEnded) ?? null,
      tee: tee === null ? null : tee.failure !== null ? 'failed' : tee.ended !== null ? 'closed' : 'complete',
      seconds: (performance.now() - this.#started) / 1000,
      exitCode: error !== null ? ExitCode.failed : refused > 0 ? ExitCode.flawed : ExitCode.fine,
      error,
    }
  }
}

function leadsTo(fd: number, file: string): boolean {
  try {
    const open = fstatSync(fd, { bigint: true })
    const named = statSync(file, { bigint: true })
    return open.isFile() && open.dev === named.dev && open.ino === named.ino
  } catch {
    return false
  }
}

/** What is read from the file, or passed on to it, must not be recorded into it: that would never end. */
function refuseLoop({ file, tee }: RecordOptions): void {
  if (leadsTo(stdinFd, file)) throw new Error(`record: standard input is ${file} itself`)
  if (tee && leadsTo(stdoutFd, file)) throw new Error(`record: standard output is ${file} itself`)
}

export async function run(args: readonly string[]): Promise<ExitCode> {
  const options = parseRecordOptions(args)
  if (options === null) {
    await print(recordUsage)
    return ExitCode.fine
  }
  refuseLoop(options)
  return new RecordCommand(options).run()
}
