// Records stand in the file in the order in which they were given, however they were given (W4).

import type { ByteRange, Recorder, RecorderOptions } from '../../lib/index.js'
import { openRecorder } from '../support/open-recorder.js'
import { textAt, valuesOf } from '../support/temporary.js'

/** Gives numbers from `first` on in some way; the ranges it will get, in order. */
type Way = (recorder: Recorder, first: number, filler: string) => Promise<ByteRange | null>[]

const ways: Way[] = [
  (recorder, i, filler) => {
    recorder.write([i, filler])
    return [Promise.resolve(null)]
  },
  (recorder, i, filler) => [recorder.append([i, filler])],
  (recorder, i, filler) => [Promise.resolve(recorder.appendSync([i, filler]))],
  (recorder, i, filler) => {
    const ranges = recorder.appendAll([
      [i, filler],
      [i + 1, filler],
      [i + 2, filler],
    ])
    return [0, 1, 2].map((at) => ranges.then((all) => all[at]!))
  },
  (recorder, i, filler) => {
    recorder.writeLine(JSON.stringify([i, filler]))
    return [Promise.resolve(null)]
  },
  (recorder, i, filler) => [recorder.appendLine(Buffer.from(JSON.stringify([i, filler])))],
  (recorder, i, filler) => [Promise.resolve(recorder.appendLineSync(JSON.stringify([i, filler])))],
]

const options: RecorderOptions[] = [
  {},
  { flushMode: 'sync' },
  { fsync: 'always' },
  { fsync: { everyMs: 1 } },
  { highWaterMark: 1 },
]

describe.each(options)('with %j', (given) => {
  test.each([0, 100, 20_000])('mixed records of about %i bytes keep their order', async (size) => {
    const recorder = openRecorder(given)
    const ranges: Promise<ByteRange | null>[] = []
    for (let turn = 0; ranges.length < 500; turn++) {
      // A pattern without a short period: each way comes behind each other one, in one turn and over several.
      const way = ways[(turn * turn + (turn >> 3)) % ways.length]!
      ranges.push(...way(recorder, ranges.length, 'x'.repeat((turn * 7919) % (size + 1))))
      if (turn % 11 === 10) await Promise.all(ranges)
    }
    const settled = await Promise.all(ranges)
    await recorder.flush()
    const values = valuesOf(recorder.path) as [number, string][]
    expect(values.map(([i]) => i)).toEqual(settled.map((_, i) => i))
    const told = settled.flatMap((range, i) => (range === null ? [] : [[i, range] as const]))
    expect(told.map(([, range]) => textAt(recorder.path, range))).toEqual(
      told.map(([i]) => `${JSON.stringify(values[i])}\n`),
    )
  })
})

test('appendSync takes what is queued and what is in flight to the file first', async () => {
  const recorder = openRecorder()
  recorder.write('x'.repeat(100_000))
  recorder.write('queued')
  const appended = recorder.append('awaited')
  const group = recorder.appendAll(['one', 'two'])
  const range = recorder.appendSync('now')
  expect((valuesOf(recorder.path) as string[]).slice(1)).toEqual(['queued', 'awaited', 'one', 'two', 'now'])
  expect(recorder.pendingBytes).toBe(0)
  expect((await appended).end).toBe((await group)[0]!.start)
  expect((await group)[1]!.end).toBe(range.start)
})

test('promises resolve in the order of their records', async () => {
  const recorder = openRecorder()
  const resolved: number[] = []
  const all = Array.from({ length: 200 }, (_, i) =>
    (i % 5 === 4 ? recorder.appendAll([i]) : recorder.append('x'.repeat((i * 997) % 3000))).then(() =>
      resolved.push(i),
    ),
  )
  await Promise.all(all)
  expect(resolved).toEqual(Array.from({ length: 200 }, (_, i) => i))
})

test('what gathers while a batch is on its way goes in one write (group commit)', async () => {
  const recorder = openRecorder()
  recorder.write('x'.repeat(270_000))
  for (let i = 0; i < 1000; i++) recorder.write(i)
  await recorder.flush()
  expect(recorder.stats).toMatchObject({ records: 1001, batches: 2 })
})

test('everything that one turn of the event loop gives goes in one write', async () => {
  const recorder = openRecorder()
  for (let i = 0; i < 100; i++) recorder.write(i)
  await Promise.resolve().then(() => recorder.flush())
  expect(recorder.stats).toMatchObject({ records: 100, batches: 1 })
})
