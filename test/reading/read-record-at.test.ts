// One record by its range; and a clear error where the range holds none.

import { writeFileSync } from 'node:fs'
import { AppendError, DamageError, readRecordAt, Recorder, type ByteRange } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { openDescriptorsOf } from '../support/open-descriptors.js'
import { salvagedFrom } from '../support/reading.js'
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

test.each<[string, string, ByteRange, string]>([
  ['a string inside of a record', '{"type":1}\n', { start: 1, end: 7 }, 'headless'],
  ['a number at the end of a line', '{"a":12\n', { start: 5, end: 8 }, 'headless'],
  ['the first digits of a number', '123\n', { start: 0, end: 2 }, 'missing-newline'],
  ['a number without its LF', '12\n', { start: 0, end: 2 }, 'missing-newline'],
  ['a number with blanks and more behind it', '12  x', { start: 0, end: 2 }, 'missing-newline'],
  ['an object, and blanks of its line', '[1,2] \n', { start: 0, end: 6 }, 'missing-newline'],
  ['a part behind blanks behind a part', '1   "x"\n', { start: 4, end: 8 }, 'headless'],
  ['a value behind what is no byte order mark', '\ufefe1\n', { start: 3, end: 5 }, 'headless'],
])('%s is a part of a line, and no record', async (_, text, range, kind) => {
  const file = temporaryPath()
  writeFileSync(file, text)
  const failure = await failureOf(() => readRecordAt(file, range))
  expect(failure).toBeInstanceOf(DamageError)
  expect(failure).toMatchObject({ kind, range })
  expect(String(failure)).toContain('a part of a line')
})

const farApart = ' '.repeat(40_000)

test.each<[string, string, ByteRange, unknown]>([
  ['at the start of the file', '1\n', { start: 0, end: 2 }, 1],
  ['behind a byte order mark', '\ufeff"x"\n', { start: 3, end: 7 }, 'x'],
  ['behind an LF', '1\n"x"\n', { start: 2, end: 6 }, 'x'],
  ['behind an erased fragment', `1\n${farApart}2\n`, { start: 40_002, end: 40_004 }, 2],
  ['behind one at the start of the file', `${farApart}2\n`, { start: 40_000, end: 40_002 }, 2],
  ['at the end of the file', '1\n"x"', { start: 2, end: 5 }, 'x'],
  ['before blanks at the end of the file', `1\n2${farApart}`, { start: 2, end: 3 }, 2],
  ['salvaged from the middle of a line', '{"a":{"a":2}{"a":3}\n', { start: 5, end: 12 }, { a: 2 }],
  ['salvaged from the end of a line', '{"a":[3] \n', { start: 5, end: 10 }, [3]],
])('a record %s', async (_, text, range, value) => {
  const file = temporaryPath()
  writeFileSync(file, text)
  expect(await readRecordAt(file, range)).toEqual(value)
})

test('the ranges that a reader gives are read again, whatever is damaged around them', async () => {
  const file = temporaryPath()
  writeFileSync(file, '\ufeff1\n  "x" \r\n{"a":{"a":2}{"a":3} \n{"a":4}{"a":5\n\n[]\n7  ')
  const { records } = await salvagedFrom(file, { isRecord: () => true })
  expect(records).toHaveLength(7)
  for (const { value, start, end } of records) expect(await readRecordAt(file, { start, end })).toEqual(value)
})

test.each<[unknown, typeof TypeError | typeof RangeError]>([
  [{ start: 3, end: 3 }, RangeError],
  [{ start: -1, end: 3 }, RangeError],
  [{ start: 0, end: 0.5 }, RangeError],
  [{ start: 0, end: Infinity }, RangeError],
  [{ start: 0, end: 2 ** 40 }, RangeError],
  [{ start: '0', end: 3 }, TypeError],
  [{ start: 0 }, TypeError],
  [[0, 3], TypeError],
  [null, TypeError],
  [undefined, TypeError],
  [7, TypeError],
])('%j is no range, and the error says that', async (range, type) => {
  const failure = await failureOf(() => readRecordAt(temporaryPath(), range as ByteRange))
  expect(failure).toBeInstanceOf(type)
  expect((failure as Error).message).toMatch(/^range: expected /)
})

test('a file that is not there', async () => {
  const failure = await failureOf(() => readRecordAt(temporaryPath(), { start: 0, end: 3 }))
  expect(failure).toMatchObject({ code: 'ENOENT' })
})
