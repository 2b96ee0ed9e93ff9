// Every way to record gives the exact range of its line (W1).

import { AppendFile, type ByteRange, type Recorder } from '../../lib/index.js'
import { openRecorder } from '../support/open-recorder.js'
import { textAt, textOf } from '../support/temporary.js'

const value = { text: 'é漢𝄞\u2028', list: [1, null, true] }
const line = JSON.stringify(value)
const bytes = Buffer.byteLength(line) + 1

const ways: [string, (recorder: Recorder) => Promise<ByteRange> | ByteRange][] = [
  ['append', (recorder) => recorder.append(value)],
  ['append with sync', (recorder) => recorder.append(value, { sync: true })],
  ['appendSync', (recorder) => recorder.appendSync(value)],
  ['appendAll', (recorder) => recorder.appendAll([value]).then(([range]) => range!)],
  [
    'appendAll with sync',
    (recorder) => recorder.appendAll([value], { sync: true }).then(([range]) => range!),
  ],
  ['appendLine of a string', (recorder) => recorder.appendLine(line)],
  ['appendLine of bytes', (recorder) => recorder.appendLine(Buffer.from(line))],
  ['appendLineSync of a string', (recorder) => recorder.appendLineSync(line)],
  ['appendLineSync of bytes', (recorder) => recorder.appendLineSync(Buffer.from(line))],
]

describe.each([{}, { flushMode: 'sync' }, { fsync: 'always' }, { fsync: { everyMs: 60_000 } }] as const)(
  'with %j',
  (options) => {
    test.each(ways)('%s gives the range of the line, LF included', async (_, append) => {
      const recorder = openRecorder(options)
      recorder.write('before')
      expect(await append(recorder)).toEqual({ start: 9, end: 9 + bytes })
      expect(await append(recorder)).toEqual({ start: 9 + bytes, end: 9 + 2 * bytes })
      expect(textOf(recorder.path)).toBe(`"before"\n${line}\n${line}\n`)
    })
  },
)

test('the ranges of appendAll stand next to each other, in order', async () => {
  const recorder = openRecorder()
  recorder.appendSync(0)
  const values = ['', 'é', { a: 1 }, [], null, 'x'.repeat(100_000)]
  const ranges = await recorder.appendAll(values)
  expect(ranges.map((range) => textAt(recorder.path, range))).toEqual(
    values.map((one) => `${JSON.stringify(one)}\n`),
  )
  expect(ranges.map(({ start }) => start)).toEqual([2, ...ranges.slice(0, -1).map(({ end }) => end)])
})

test('appendAll takes any iterable, and of an empty one writes nothing', async () => {
  const recorder = openRecorder()
  function* three(): Generator<number> {
    yield* [1, 2, 3]
  }
  await expect(recorder.appendAll(three())).resolves.toHaveLength(3)
  await expect(recorder.appendAll(new Set([4]))).resolves.toEqual([{ start: 6, end: 8 }])
  await expect(recorder.appendAll([])).resolves.toEqual([])
  expect(textOf(recorder.path)).toBe('1\n2\n3\n4\n')
})

test('many records in one batch each get their own range', async () => {
  const recorder = openRecorder()
  const values = Array.from({ length: 5000 }, (_, i) => ({ i, text: 'ü'.repeat(i % 50) }))
  const ranges = await Promise.all(values.map((one) => recorder.append(one)))
  const text = Buffer.from(textOf(recorder.path))
  expect(ranges.map(({ start, end }) => text.toString('utf8', start, end))).toEqual(
    values.map((one) => `${JSON.stringify(one)}\n`),
  )
  expect(recorder.stats.batches).toBeLessThan(100)
})

test('ranges are exact although another appender writes in between', async () => {
  const recorder = openRecorder()
  const other = AppendFile.openSync(recorder.path)
  const ranges: ByteRange[] = []
  for (let i = 0; i < 200; i++) {
    other.appendSync(`{"other":${i}}\n`)
    ranges.push(i % 2 === 0 ? await recorder.append({ i }) : recorder.appendSync({ i }))
  }
  other.closeSync()
  expect(ranges.map((range) => textAt(recorder.path, range))).toEqual(ranges.map((_, i) => `{"i":${i}}\n`))
})

test('lines given as bytes are copied at the call', async () => {
  const recorder = openRecorder()
  const given = Buffer.from('{"a":1}')
  const appended = recorder.appendLine(given)
  recorder.writeLine(given)
  given.fill('x')
  await appended
  await recorder.flush()
  expect(textOf(recorder.path)).toBe('{"a":1}\n{"a":1}\n')
})

test('a value is recorded as it is at the call, whatever becomes of it later', async () => {
  const recorder = openRecorder()
  const changing = { a: 1 }
  const appended = recorder.append(changing)
  recorder.write(changing)
  changing.a = 2
  await appended
  await recorder.flush()
  expect(textOf(recorder.path)).toBe('{"a":1}\n{"a":1}\n')
})

test('records larger than any buffer are whole', async () => {
  const recorder = openRecorder()
  const large = 'é'.repeat(2_000_000)
  const range = await recorder.append(large)
  expect(recorder.appendSync(large)).toEqual({ start: range.end, end: 2 * range.end })
  expect(textAt(recorder.path, range)).toBe(`${JSON.stringify(large)}\n`)
  expect(range.end).toBe(4_000_003)
})
