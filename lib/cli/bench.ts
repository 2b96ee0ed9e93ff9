// `wholeline bench`: a short measurement on the user's own machine and disk. The ways to append are measured in
// turns, several rounds, so that what disturbs the machine disturbs all of them; the medians are told. Every file is
// checked: each record there, whole and in order.

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { AppendFile } from '../append-file/append-file.js'
import { countWrong } from './bench-check.js'
import { parseBenchOptions, benchUsage, type BenchOptions } from './bench-options.js'
import { benchToJson, benchToText, type BenchResult, type WayResult } from './bench-report.js'
import { ways, type CallTimes, type Line, type Way } from './bench-ways.js'
import { ExitCode } from './exit-code.js'
import { print } from './print.js'
import { UsageError } from './usage-error.js'

const rounds = 5
const linesBytes = 256 * 1024

/** Different lines, all of the same size. */
function makeLines(bytes: number): Line[] {
  return Array.from({ length: Math.max(2, Math.floor(linesBytes / bytes)) }, (_, number) => {
    const text = `{"record":${number},"text":"`.padEnd(bytes - 3, 'x') + '"}'
    return { text, bytes: Buffer.from(`${text}\n`) }
  })
}

const now = (): bigint => process.hrtime.bigint()

/** So many of the last calls are looked at; a power of two. */
const callsKept = 256 * 1024

/**
 * Times of calls; what reading the clock costs by itself is measured first, and taken off. No histogram of Node's:
 * given BigInts, Node 20 compiles its code again and again, which takes longer than the calls.
 */
class TimesOfCalls implements CallTimes {
  readonly #spent = new Float64Array(callsKept)
  #count = 0
  readonly #clock: number
  #before = 0n

  constructor() {
    for (let i = 0; i < 10_000; i++) {
      this.start()
      this.stop()
    }
    this.#clock = this.#quantiles([0.5])[0] ?? 0
    this.#count = 0
  }

  start(): void {
    this.#before = now()
  }

  stop(): void {
    this.#spent[this.#count % callsKept] = Number(now() - this.#before)
    this.#count++
  }

  summary(): WayResult['insideNs'] {
    if (this.#count === 0) return null
    const [p50 = NaN, p99 = NaN, p999 = NaN] = this.#quantiles([0.5, 0.99, 0.999]).map((ns) =>
      Math.max(0, ns - this.#clock),
    )
    return { p50, p99, p999 }
  }

  #quantiles(shares: readonly number[]): number[] {
    const sorted = this.#spent.slice(0, Math.min(this.#count, callsKept)).sort()
    return shares.map((share) => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN)
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

/** One way to append, and what was measured of it so far. */
class Measured {
  readonly way: Way
  readonly nsPerRecord: number[] = []
  wrong = 0
  readonly #times = new TimesOfCalls()

  constructor(way: Way) {
    this.way = way
  }

  async measure(folder: string, lines: readonly Line[], milliseconds: number): Promise<void> {
    const { records, nanoseconds } = await this.#run(folder, lines, milliseconds)
    this.nsPerRecord.push(nanoseconds / records)
    // The clock would slow down what is measured above.
    await this.#run(folder, lines, milliseconds / 4, this.#times)
  }

  async #run(folder: string, lines: readonly Line[], milliseconds: number, times?: CallTimes) {
    const file = path.join(folder, 'records.jsonl')
    try {
      const run = await this.way.run(file, lines, milliseconds, times)
      this.wrong += countWrong(file, lines, run.records)
      return run
    } finally {
      rmSync(file, { force: true })
    }
  }

  /** `plain`: what it is compared with, measured in the same rounds. */
  result(plain: Measured, recordBytes: number): WayResult {
    const recordsPerSecond = 1e9 / median(this.nsPerRecord)
    const ratios = plain.nsPerRecord.map((ns, round) => ns / (this.nsPerRecord[round] ?? NaN))
    return {
      name: this.way.name,
      durable: this.way.durable,
      recordsPerSecond,
      bytesPerSecond: recordsPerSecond * recordBytes,
      ratio: median(ratios),
      insideNs: this.#times.summary(),
      wrong: this.wrong,
    }
  }
}

/** The name of the folder's file system, as a file in it knows it. */
function fileSystemOf(folder: string): string {
  const file = AppendFile.openSync(path.join(folder, 'probe'))
  try {
    return file.fileSystem
  } finally {
    file.closeSync()
  }
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`)
}

async function measureAll(folder: string, { seconds, recordBytes }: BenchOptions): Promise<WayResult[]> {
  const lines = makeLines(recordBytes)
  const measured = ways.map((way) => new Measured(way))
  const milliseconds = (seconds * 1000) / rounds
  for (const { way } of measured) await new Measured(way).measure(folder, lines, milliseconds / 5)
  for (let round = 0; round < rounds; round++) {
    for (const one of measured) {
      showProgress(`round ${round + 1} of ${rounds}: ${one.way.name}`)
      await one.measure(folder, lines, milliseconds)
    }
  }
  showProgress('')
  return measured.map((one) => {
    const plain = measured.find(({ way }) => way.durable === one.way.durable) ?? one
    return one.result(plain, recordBytes)
  })
}

async function bench(options: BenchOptions): Promise<BenchResult> {
  if (statSync(options.folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`bench: no such folder: '${options.folder}'`, benchUsage)
  }
  const folder = mkdtempSync(path.join(options.folder, 'wholeline-bench-'))
  const tidyUp = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', tidyUp)
  const stop = (signal: NodeJS.Signals): void => {
    tidyUp()
    process.off('exit', tidyUp)
    process.kill(process.pid, signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  try {
    return {
      folder: path.resolve(options.folder),
      fileSystem: fileSystemOf(folder),
      recordBytes: options.recordBytes,
      node: process.version,
      cpu: os.cpus()[0]?.model.trim() ?? 'unknown processor',
      ways: await measureAll(folder, options),
    }
  } finally {
    tidyUp()
  }
}

export async function run(args: readonly string[]): Promise<ExitCode> {
  const options = parseBenchOptions(args)
  if (options === null) {
    await print(benchUsage)
    return ExitCode.fine
  }
  const result = await bench(options)
  await print(`${options.json ? benchToJson(result) : benchToText(result)}\n`)
  return result.ways.every(({ wrong }) => wrong === 0) ? ExitCode.fine : ExitCode.flawed
}
