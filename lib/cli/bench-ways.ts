// The ways to append that `wholeline bench` compares. Each runs for a time, and says how many records it gave and
// how long it took until they were in the file, or on the disk.

import { once } from 'node:events'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { AppendFile } from '../append-file/append-file.js'
import type { RecorderOptions } from '../recorder/options.js'
import { Recorder } from '../recorder/recorder.js'

export interface Run {
  readonly records: number
  readonly nanoseconds: number
}

export interface Way {
  readonly name: string
  /** Each record is on the disk before it counts. */
  readonly durable: boolean
  /** Calls `times` around each append, if it is given. */
  run(path: string, lines: readonly Line[], milliseconds: number, times?: CallTimes): Promise<Run>
}

/** A record without and with its line feed, as text and as bytes. */
export interface Line {
  readonly text: string
  readonly bytes: Buffer
}

/** Where the times of single calls go. */
export interface CallTimes {
  start(): void
  stop(): void
}

const now = (): bigint => process.hrtime.bigint()

/** Gives records until the time is over; the clock is asked after each `between` of them. */
function repeat(
  lines: readonly Line[],
  milliseconds: number,
  between: number,
  give: (line: Line) => void,
): { records: number; started: bigint } {
  const started = now()
  const deadline = started + BigInt(Math.round(milliseconds * 1e6))
  let records = 0
  for (;;) {
    for (const line of lines) {
      give(line)
      records++
      if (records % between === 0 && now() >= deadline) return { records, started }
    }
  }
}

function timed(give: (line: Line) => void, times: CallTimes | undefined): (line: Line) => void {
  if (times === undefined) return give
  return (line) => {
    times.start()
    give(line)
    times.stop()
  }
}

function plainWrite(name: string, durable: boolean): Way {
  return {
    name,
    durable,
    run: (path, lines, milliseconds, times) => {
      const fd = openSync(path, 'a', 0o600)
      const write = ({ bytes }: Line): void => {
        writeSync(fd, bytes)
        if (durable) fdatasyncSync(fd)
      }
      const { records, started } = repeat(lines, milliseconds, durable ? 1 : 32, timed(write, times))
      closeSync(fd)
      return Promise.resolve({ records, nanoseconds: Number(now() - started) })
    },
  }
}

const appendSync: Way = {
  name: 'AppendFile.appendSync',
  durable: false,
  run: async (path, lines, milliseconds, times) => {
    const file = AppendFile.openSync(path)
    const append = ({ bytes }: Line): void => {
      file.appendSync(bytes)
    }
    const { records, started } = repeat(lines, milliseconds, 32, timed(append, times))
    await file.close()
    return { records, nanoseconds: Number(now() - started) }
  },
}

const options: RecorderOptions = { validateLines: false }

/** A few records, fewer if there is no room for more. */
function giveSome(
  recorder: Recorder,
  lines: readonly Line[],
  from: number,
  times: CallTimes | undefined,
): { records: number; full: boolean } {
  for (let records = 1; records <= 64; records++) {
    const text = lines[(from + records - 1) % lines.length]?.text ?? ''
    times?.start()
    const room = recorder.writeLine(text)
    times?.stop()
    if (!room) return { records, full: true }
  }
  return { records: 64, full: false }
}

/** Waits whenever it is asked to, as a producer should. */
const writeLine: Way = {
  name: 'Recorder.writeLine, lines not checked',
  durable: false,
  run: async (path, lines, milliseconds, times) => {
    const recorder = Recorder.openSync(path, options)
    const started = now()
    const deadline = started + BigInt(Math.round(milliseconds * 1e6))
    let records = 0
    while (now() < deadline) {
      const given = giveSome(recorder, lines, records, times)
      records += given.records
      if (given.full) await once(recorder, 'drain')
    }
    await recorder.close()
    return { records, nanoseconds: Number(now() - started) }
  },
}

function durable(inFlight: number): Way {
  return {
    name: `Recorder.appendLine, not checked, ${inFlight} in flight`,
    durable: true,
    run: async (path, lines, milliseconds) => {
      const recorder = Recorder.openSync(path, { ...options, fsync: 'always' })
      const started = now()
      const deadline = started + BigInt(Math.round(milliseconds * 1e6))
      let records = 0
      const lane = async (): Promise<void> => {
        do {
          const line = lines[records % lines.length]
          records++
          if (line !== undefined) await recorder.appendLine(line.text)
        } while (now() < deadline)
      }
      await Promise.all(Array.from({ length: inFlight }, lane))
      const nanoseconds = Number(now() - started)
      await recorder.close()
      return { records, nanoseconds }
    },
  }
}

/** The first of each kind, durable or not, is what the others are compared with. */
export const ways: readonly Way[] = [
  plainWrite('fs.writeSync', false),
  appendSync,
  writeLine,
  plainWrite('fs.writeSync + fdatasyncSync', true),
  durable(1),
  durable(64),
]
