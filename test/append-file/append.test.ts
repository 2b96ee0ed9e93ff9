// What an append takes, the exact range that it gives (W1), and the order of several (W4).

import { readFileSync } from 'node:fs'
import { AppendFile, type ByteRange } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf } from '../support/failure.js'
import { temporaryPath, textAt, textOf } from '../support/temporary.js'

function open(path = temporaryPath()): AppendFile {
  const file = AppendFile.openSync(path)
  afterTest(() => {
    file.closeSync()
  })
  return file
}

describe.each([
  ['appendSync', (file: AppendFile, bytes: Uint8Array | string) => Promise.resolve(file.appendSync(bytes))],
  ['append', (file: AppendFile, bytes: Uint8Array | string) => file.append(bytes)],
])('%s', (_, append) => {
  test('gives the range that the bytes fill, and they stand there unchanged', async () => {
    const file = open()
    const every = Uint8Array.from({ length: 256 }, (__, byte) => byte)
    expect(await append(file, 'one\n')).toEqual({ start: 0, end: 4 })
    expect(await append(file, every)).toEqual({ start: 4, end: 260 })
    expect(await append(file, '\n')).toEqual({ start: 260, end: 261 })
    expect(readFileSync(file.path)).toEqual(Buffer.concat([Buffer.from('one\n'), every, Buffer.from('\n')]))
  })

  test('counts bytes, not characters', async () => {
    const file = open()
    const line = '{"é":"𝄞漢字\u2028"}\n'
    const range = await append(file, line)
    expect(range).toEqual({ start: 0, end: Buffer.byteLength(line) })
    expect(textAt(file.path, range)).toBe(line)
  })

  test('takes a part of a larger buffer as just that part', async () => {
    const file = open()
    expect(await append(file, Buffer.from('--abc\n--').subarray(2, 6))).toEqual({ start: 0, end: 4 })
    expect(textOf(file.path)).toBe('abc\n')
  })

  test('appends to what the file already holds', async () => {
    const path = temporaryPath()
    open(path).appendSync('old\n')
    const file = open(path)
    expect(file.size).toBe(4)
    expect(await append(file, 'new\n')).toEqual({ start: 4, end: 8 })
    expect(file.size).toBe(8)
    expect(textOf(path)).toBe('old\nnew\n')
  })

  test('gives the right range after another appender', async () => {
    const path = temporaryPath()
    const [one, other] = [open(path), open(path)]
    await append(one, 'one\n')
    await append(other, 'other\n')
    expect(await append(one, 'two\n')).toEqual({ start: 10, end: 14 })
    expect(textOf(path)).toBe('one\nother\ntwo\n')
  })

  test('takes 64 MiB in one piece', async () => {
    const file = open()
    const line = Buffer.alloc(64 * 1024 * 1024, 'x')
    line[line.length - 1] = 0x0a
    expect(await append(file, line)).toEqual({ start: 0, end: line.length })
    expect(readFileSync(file.path).equals(line)).toBe(true)
  })

  test.each([
    ['an empty string', ''],
    ['no bytes', new Uint8Array(0)],
    ['a high surrogate alone', 'a\ud800b\n'],
    ['a low surrogate alone', '\udc00\n'],
    ['surrogates the wrong way round', '\udc00\ud800\n'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['an object', {}],
    ['an array of bytes', [97, 10]],
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['words of two bytes', new Uint16Array(4)],
    ['signed bytes', new Int8Array(4)],
    ['clamped bytes', new Uint8ClampedArray(4)],
    ['a DataView', new DataView(new ArrayBuffer(4))],
    ['a String object', Object('a\n')],
  ])('refuses %s with a TypeError, and nothing is written', async (__, wrong) => {
    const file = open()
    expect(await failureOf(() => append(file, wrong as string))).toBeInstanceOf(TypeError)
    expect(textOf(file.path)).toBe('')
    expect(await append(file, 'next\n')).toEqual({ start: 0, end: 5 })
  })
})

test.each([
  ['appendSync', (file: AppendFile, bytes: Uint8Array) => file.appendSync(bytes)],
  ['append', (file: AppendFile, bytes: Uint8Array) => file.append(bytes)],
  ['writeOnceSync', (file: AppendFile, bytes: Uint8Array) => file.writeOnceSync(bytes)],
  ['writeOnce', (file: AppendFile, bytes: Uint8Array) => file.writeOnce(bytes)],
])('%s refuses more than one write(2) takes, and nothing is written', async (_, append) => {
  const file = open()
  const tooMany = new Uint8Array(0x7ffff001)
  expect(await failureOf(() => append(file, tooMany))).toMatchObject({
    code: 'ERR_RECORD_TOO_LARGE',
    kind: 'InvalidInput',
    requested: 0x7ffff001,
  })
  expect(textOf(file.path)).toBe('')
})

test('bytes given to append are copied: changing them afterwards changes nothing', async () => {
  const file = open()
  const bytes = Buffer.from('before\n')
  const appended = file.append(bytes)
  bytes.fill('x')
  await appended
  expect(textOf(file.path)).toBe('before\n')
})

test('appends stand in the order of the calls, synchronous or not', async () => {
  const file = open()
  const appended: Promise<ByteRange>[] = []
  const lines = Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat((i * 37) % 5000)}\n`)
  for (const [i, line] of lines.entries()) {
    // Every seventh overtakes nothing although it does not wait.
    appended.push(i % 7 === 3 ? Promise.resolve(file.appendSync(line)) : file.append(line))
  }
  const ranges = await Promise.all(appended)
  expect(textOf(file.path)).toBe(lines.join(''))
  expect(ranges.map((range) => textAt(file.path, range))).toEqual(lines)
})

test('appendSync finishes the appends in flight before its own', async () => {
  const file = open()
  const first = file.append('first\n')
  const second = file.append('second\n')
  expect(file.appendSync('third\n')).toEqual({ start: 13, end: 19 })
  expect(textOf(file.path)).toBe('first\nsecond\nthird\n')
  expect(await Promise.all([first, second])).toEqual([
    { start: 0, end: 6 },
    { start: 6, end: 13 },
  ])
})

test('writeOnce, append and sync keep the order of the calls', async () => {
  const file = open()
  const written = file.writeOnce(Buffer.from('a\n'))
  const appended = file.append('b\n')
  const synced = file.sync()
  const outcome = file.writeOnceSync(Buffer.from('c\n'))
  expect(outcome).toMatchObject({ start: 4, end: 6 })
  await synced
  expect([await written, await appended]).toMatchObject([
    { start: 0, end: 2 },
    { start: 2, end: 4 },
  ])
  expect(textOf(file.path)).toBe('a\nb\nc\n')
})
