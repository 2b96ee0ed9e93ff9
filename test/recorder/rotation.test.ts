// Rotation by others while records are written: with reopenOnMove every record is in exactly one of the files,
// whole and in order (W1, W3, W4); copytruncate leaves no hole, and ranges are of the file as it is.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync, renameSync, truncateSync } from 'node:fs'
import { AppendFile, type ByteRange, type Recorder, type RecorderOptions } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { openRecorder } from '../support/open-recorder.js'
import { temporaryPath, textAt, textOf, valuesOf } from '../support/temporary.js'

const rotated: RecorderOptions = { reopenOnMove: true, moveCheckMs: 0 }

/** Numbers from 0 on, in records of many lengths, given in every way there is. */
class Numbers {
  next = 0
  readonly #recorder: Recorder

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  /** Gives some ten, and waits until they are in a file. */
  async give(): Promise<void> {
    for (let i = 0; i < 4; i++) this.#recorder.write(this.#value())
    void this.#recorder.append(this.#value())
    void this.#recorder.appendAll([this.#value(), this.#value(), this.#value()])
    this.#recorder.appendSync(this.#value())
    await this.#recorder.append(this.#value())
    // What happens outside is seen only between two turns of the event loop.
    await new Promise(setImmediate)
  }

  #value(): { n: number; text: string } {
    const n = this.next++
    return { n, text: 'x'.repeat((n * 131) % 3000) }
  }
}

function numbersIn(files: readonly string[]): number[] {
  return files.flatMap((file) => (valuesOf(file) as { n: number }[]).map(({ n }) => n))
}

function oldFiles(path: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${path}.${i + 1}`)
}

const settings: [RecorderOptions][] = [
  [{}],
  [{ flushMode: 'sync' }],
  [{ fsync: 'always' }],
  [{ lock: 'exclusive' }],
]

test.each(settings)('renamed between batches, fifty times, with %j', async (options) => {
  const recorder = openRecorder({ ...rotated, ...options })
  const { path } = recorder
  const moves: string[] = []
  recorder.on('moved', ({ what }) => moves.push(what))
  const numbers = new Numbers(recorder)
  for (let i = 1; i <= 50; i++) {
    await numbers.give()
    renameSync(path, `${path}.${i}`)
  }
  await numbers.give()
  await recorder.close()
  expect(moves).toEqual(Array(50).fill('reopened'))
  expect(numbersIn([...oldFiles(path, 50), path])).toEqual([...Array(numbers.next).keys()])
})

/** Renames the file as soon as something is in it, again and again. */
const rotator = `
  for number in $(seq "$2"); do
    until [ -s "$1" ] && mv "$1" "$1.$number"; do :; done
  done`

test.each(settings)(
  'renamed by another process at any moment, forty times, with %j',
  async (options) => {
    const recorder = openRecorder({ ...rotated, ...options })
    const { path } = recorder
    const count = 40
    const numbers = new Numbers(recorder)
    const child = spawn('bash', ['-c', rotator, 'bash', path, String(count)], { stdio: 'inherit' })
    afterTest(() => child.kill('SIGKILL'))
    const ended = once(child, 'close')
    while (child.exitCode === null && child.signalCode === null) await numbers.give()
    expect(await ended).toEqual([0, null])
    await numbers.give()
    await recorder.close()
    const files = [...oldFiles(path, count), path].filter((file) => existsSync(file))
    expect(files.length).toBeGreaterThanOrEqual(count)
    expect(numbersIn(files)).toEqual([...Array(numbers.next).keys()])
  },
  120_000,
)

describe('copytruncate', () => {
  /** Opens something that appends, and gives its append; a record is a number. */
  const appenders: [string, (path: string) => (value: number) => ByteRange | Promise<ByteRange>][] = [
    [
      'AppendFile.appendSync',
      (path) => {
        const file = AppendFile.openSync(path)
        afterTest(() => {
          file.closeSync()
        })
        return (value) => file.appendSync(`${value}\n`)
      },
    ],
    ['Recorder.appendSync', (path) => overRecorder(path, (recorder, value) => recorder.appendSync(value))],
    ['Recorder.append', (path) => overRecorder(path, (recorder, value) => recorder.append(value))],
    [
      "Recorder.append, fsync: 'always'",
      (path) => overRecorder(path, (recorder, value) => recorder.append(value), { fsync: 'always' }),
    ],
    [
      'Recorder.append, reopenOnMove',
      (path) => overRecorder(path, (recorder, value) => recorder.append(value), rotated),
    ],
  ]

  function overRecorder<Range>(
    path: string,
    append: (recorder: Recorder, value: number) => Range,
    options: RecorderOptions = {},
  ): (value: number) => Range {
    const recorder = openRecorder(options, path)
    return (value) => append(recorder, value)
  }

  test.each(appenders)(
    '%s: records before are in the copy, records after stand at their ranges',
    async (_, open) => {
      const path = temporaryPath()
      const append = open(path)
      let next = 100
      for (let round = 1; round <= 10; round++) {
        const values = Array.from({ length: 20 }, () => next++)
        const ranges: ByteRange[] = []
        for (const value of values) ranges.push(await append(value))
        expect(ranges[0]?.start).toBe(0)
        expect(ranges.map((range) => textAt(path, range))).toEqual(values.map((value) => `${value}\n`))
        copyFileSync(path, `${path}.${round}`)
        truncateSync(path, 0)
      }
      await append(next++)
      expect(readFileSync(path).includes(0)).toBe(false)
      expect([...oldFiles(path, 10), path].flatMap((file) => valuesOf(file))).toEqual(
        Array.from({ length: next - 100 }, (__, i) => 100 + i),
      )
    },
  )

  test('cut to a part of what was there, the next record stands at the new end', async () => {
    const recorder = openRecorder()
    for (let i = 0; i < 10; i++) await recorder.append(i)
    truncateSync(recorder.path, 4)
    const range = await recorder.append('after')
    expect(range).toEqual({ start: 4, end: 12 })
    expect(textOf(recorder.path)).toBe('0\n1\n"after"\n')
  })
})
