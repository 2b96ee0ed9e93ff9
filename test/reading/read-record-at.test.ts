// One record by its range; and a clear error where the range holds none.

import { writeFileSync } from 'node:fs'
import { AppendError, DamageError, readRecordAt, Recorder, type ByteRange } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { openDescriptorsOf } from '../support/open-descriptors.js'
import { temporaryPath } from '../support/temporary.js'

const content = '{"a":"one"}\n  {"a":"two"} \r\n     \n{"a":3}{"a":4}\n'

function path(): string {
  const file = temporaryPath()
  writeFileSync(file, content)
  return file
}

test('the record at the range that an append gave', async () => {
  const recorder = await Recorder.open(temporaryPath())
  const values = [{ text: 'äöü' }, [1], 'x', 7]
  const ranges = await recorder.appendAll(values)
  await recorder.close()
  for (const [i, range] of ranges.entries())
    expect(await readRecordAt(recorder.path, range)).toEqual(values[i])
})

test.each([
  ['with blanks around it', { start: 12, end: 28 }, { a: 'two' }],
  ['without its LF', { start: 0, end: 11 }, { a: 'one' }],
  ['that shares its line', { start: 34, end: 41 }, { a: 3 }],
])('a record %s', async (_, range, value) => {
  expect(await readRecordAt(path(), range)).toEqual(value)
})

test.each<[string, ByteRange, string]>([
  ['begins inside', { start: 1, end: 12 }, 'headless'],
  ['ends inside', { start: 0, end: 10 }, 'torn-prefix'],
  ['holds two lines', { start: 0, end: 28 }, 'glued'],
  ['holds a line feed before the record', { start: 11, end: 28 }, 'not-json'],
  ['holds two records', { start: 34, end: 49 }, 'glued'],
  ['was erased', { start: 28, end: 34 }, 'erased'],
])('a range that %s is refused with what is there', async (_, range, kind) => {
  const file = path()
  const failure = await failureOf(() => readRecordAt(file, range))
  expect(failure).toBeInstanceOf(DamageError)
  expect(failure).toMatchObject({ kind, range, path: file, line: 0 })
  expect(openDescriptorsOf(file)).toBe(0)
})

test('a range beyond the end of the file is told as that', async () => {
  const failure = await failureOf(() => readRecordAt(path(), { start: 34, end: 60 }))
  expect(failure).toBeInstanceOf(AppendError)
  expect(failure).toMatchObject({ code: 'ERR_BEYOND_END', kind: 'InvalidInput' })
  expect(String(failure)).toContain('of the range [34, 60) the file holds 15 bytes')
})

test.each([
  [{ start: 3, end: 3 }, RangeError],
  [{ start: -1, end: 3 }, RangeError],
  [{ start: 0, end: 0.5 }, RangeError],
  [{ start: '0' as unknown as number, end: 3 }, TypeError],
])('%j is no range', async (range, type) => {
  expect(await failureOf(() => readRecordAt('x', range))).toBeInstanceOf(type)
})

test('a file that is not there', async () => {
  const failure = await failureOf(() => readRecordAt(temporaryPath(), { start: 0, end: 3 }))
  expect(failure).toMatchObject({ code: 'ENOENT' })
})
