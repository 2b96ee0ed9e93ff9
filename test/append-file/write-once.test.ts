// writeOnce: exactly one write(2), told as it was; and rollbackSync: taking back what it put there, and
// nothing else (W2).

import { closeSync, openSync } from 'node:fs'
import { AppendFile, type ByteRange } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { Remote } from '../support/remote-file.js'
import { temporaryPath, textOf } from '../support/temporary.js'

function open(path = temporaryPath(), options = {}): AppendFile {
  const file = AppendFile.openSync(path, options)
  afterTest(() => {
    file.closeSync()
  })
  return file
}

/** Somebody reads the file, so that no lease is to be had. */
function read(path: string): void {
  const descriptor = openSync(path, 'r')
  afterTest(() => {
    closeSync(descriptor)
  })
}

function write(file: AppendFile, text: string): ByteRange {
  const { start, end } = file.writeOnceSync(Buffer.from(text))
  return { start, end }
}

describe.each([
  ['writeOnceSync', (file: AppendFile, bytes: Uint8Array) => Promise.resolve(file.writeOnceSync(bytes))],
  ['writeOnce', (file: AppendFile, bytes: Uint8Array) => file.writeOnce(bytes)],
])('%s', (_, writeOnce) => {
  test('tells the range of what was written, and no error', async () => {
    const file = open()
    file.appendSync('a\n')
    expect(await writeOnce(file, Buffer.from('bcd\n'))).toEqual({
      start: 2,
      end: 6,
      requested: 4,
      errno: 0,
      code: null,
      kind: null,
    })
    expect(textOf(file.path)).toBe('a\nbcd\n')
  })

  test.each([
    ['no bytes', new Uint8Array(0)],
    ['a string', 'text\n'],
    ['undefined', undefined],
    ['an array', [1]],
    ['words of two bytes', new Uint16Array(1)],
  ])('refuses %s with a TypeError, and nothing is written', async (__, wrong) => {
    const file = open()
    expect(await failureOf(() => writeOnce(file, wrong as Uint8Array))).toBeInstanceOf(TypeError)
    expect(textOf(file.path)).toBe('')
  })
})

test.each(['writeOnceSync', 'writeOnce'])(
  '%s tells a short write and then its cause, and throws neither',
  async (method) => {
    const path = temporaryPath()
    const remote = await Remote.open({ type: 'AppendFile', path }, { fileLimit: 1 })
    await remote.call('appendSync', `${'x'.repeat(999)}\n`)
    expect(await remote.call(method, Buffer.alloc(100, 'y'))).toEqual({
      start: 1000,
      end: 1024,
      requested: 100,
      errno: 0,
      code: null,
      kind: 'WriteZero',
    })
    expect(await remote.call(method, Buffer.alloc(100, 'z'))).toEqual({
      start: 0,
      end: 0,
      requested: 100,
      errno: 27,
      code: 'EFBIG',
      kind: 'FileTooLarge',
    })
    expect(textOf(path)).toBe(`${'x'.repeat(999)}\n${'y'.repeat(24)}`)
  },
)

const notOwn = { name: 'AppendError', code: 'ERR_NOT_OWN_RANGE', kind: 'InvalidInput' }

describe('rollbackSync', () => {
  test('cuts a fragment off where nobody else has the file open, exactly', async () => {
    const path = temporaryPath()
    const remote = await Remote.open({ type: 'AppendFile', path }, { fileLimit: 1 })
    const before = `${'x'.repeat(999)}\n`
    await remote.call('appendSync', before)
    const { start, end } = (await remote.call('writeOnceSync', Buffer.alloc(100, 'y'))) as ByteRange
    expect(await remote.call('rollbackSync', { start, end })).toEqual({
      outcome: 'truncated',
      range: { start: 1000, end: 1024 },
      refused: [],
    })
    expect(textOf(path)).toBe(before)
    expect(await remote.call('appendSync', 'short\n')).toEqual({ start: 1000, end: 1006 })
  })

  test('blanks it where somebody reads the file, and says why it was not cut off', () => {
    const file = open()
    file.appendSync('a\n')
    const range = write(file, 'frag')
    read(file.path)
    expect(file.rollbackSync(range)).toEqual({
      outcome: 'erased',
      range,
      refused: [{ rung: 'lease', reason: 'EAGAIN', syscall: 'fcntl' }],
    })
    expect(textOf(file.path)).toBe('a\n    ')
    expect(file.appendSync('b\n')).toEqual({ start: 6, end: 8 })
    expect(textOf(file.path)).toBe('a\n    b\n')
  })

  test("blanks it where another appender's record already stands behind it", () => {
    const path = temporaryPath()
    const [file, other] = [open(path), open(path)]
    const range = write(file, 'frag')
    other.writeOnceSync(Buffer.from('other\n'))
    expect(file.rollbackSync(range)).toMatchObject({ outcome: 'erased' })
    expect(textOf(path)).toBe('    other\n')
  })

  test('keeps an LF at its end, on which others may rely', () => {
    const path = temporaryPath()
    const [file, other] = [open(path), open(path)]
    const range = write(file, 'line\n')
    other.appendSync('other\n')
    file.rollbackSync(range)
    expect(textOf(path)).toBe('    \nother\n')
  })

  test('takes back a part of what was written', () => {
    const file = open()
    const { end } = write(file, 'whole\nfrag')
    expect(file.rollbackSync({ start: 6, end })).toMatchObject({ outcome: 'truncated' })
    expect(textOf(file.path)).toBe('whole\n')
    expect(file.appendSync('next\n')).toEqual({ start: 6, end: 11 })
  })

  test.each(['auto', 'erase'] as const)(
    'of the front part leaves the rest on a line of its own (rollback: %s), to be taken back later',
    (rollback) => {
      const file = open(temporaryPath(), { rollback })
      file.appendSync('{"first":1}\n')
      const { start, end } = write(file, '{"torn":"abc')
      expect(file.rollbackSync({ start, end: start + 4 })).toMatchObject({ outcome: 'erased' })
      file.appendSync('{"ack":1}\n')
      expect(textOf(file.path)).toBe('{"first":1}\n    rn":"abc\n{"ack":1}\n')
      expect(file.rollbackSync({ start: start + 4, end })).toMatchObject({ outcome: 'erased' })
      expect(textOf(file.path)).toBe(`{"first":1}\n${' '.repeat(12)}\n{"ack":1}\n`)
    },
  )

  test('of the middle leaves both ends, and what follows stands on a line of its own', () => {
    const file = open()
    const { start } = write(file, 'abcdef')
    file.rollbackSync({ start: start + 2, end: start + 4 })
    file.rollbackSync({ start: start + 4, end: start + 6 })
    file.appendSync('next\n')
    expect(textOf(file.path).split('\n')).toEqual([expect.stringMatching(/^ab *$/), 'next', ''])
    expect(thrownBy(() => file.rollbackSync({ start, end: start + 3 }))).toMatchObject(notOwn)
  })

  test("rollback: 'erase' never cuts", () => {
    const file = open(temporaryPath(), { rollback: 'erase' })
    expect(file.rollbackSync(write(file, 'frag'))).toMatchObject({ outcome: 'erased', refused: [] })
    expect(textOf(file.path)).toBe('    ')
  })

  test("rollback: 'none' leaves it, and what follows stands on a line of its own", () => {
    const file = open(temporaryPath(), { rollback: 'none' })
    expect(file.rollbackSync(write(file, 'frag'))).toMatchObject({ outcome: 'none' })
    expect(file.appendSync('next\n')).toEqual({ start: 5, end: 10 })
    expect(textOf(file.path)).toBe('frag\nnext\n')
  })

  test.each([
    ['that begins before the write', { start: 4, end: 8 }],
    ['that ends behind the write', { start: 6, end: 12 }],
    ['of what was there before', { start: 0, end: 6 }],
    ['that is empty', { start: 6, end: 6 }],
    ['that is upside down', { start: 8, end: 6 }],
    ['of no numbers', { start: Number.NaN, end: Number.NaN }],
    ['of fractions', { start: 6.5, end: 7.5 }],
  ])('refuses a range %s, and changes nothing', (_, range) => {
    const path = temporaryPath()
    open(path).appendSync('other\n')
    const file = open(path)
    write(file, 'mine\n')
    expect(thrownBy(() => file.rollbackSync(range))).toMatchObject(notOwn)
    expect(textOf(path)).toBe('other\nmine\n')
  })

  test('refuses everything before the first write', () => {
    const path = temporaryPath()
    open(path).appendSync('other\n')
    expect(thrownBy(() => open(path).rollbackSync({ start: 0, end: 6 }))).toMatchObject(notOwn)
    expect(textOf(path)).toBe('other\n')
  })

  test("does not touch another appender's bytes that took the place of a cut fragment (W2)", () => {
    const path = temporaryPath()
    const file = open(path)
    const range = write(file, 'same\n')
    expect(file.rollbackSync(range)).toMatchObject({ outcome: 'truncated' })
    // The same bytes at the same place, but somebody else's now.
    open(path).appendSync('same\n')
    expect(thrownBy(() => file.rollbackSync(range))).toMatchObject(notOwn)
    expect(textOf(path)).toBe('same\n')
  })

  test('a range is taken back once: again is refused, and close finds nothing owed', () => {
    const file = open()
    const range = write(file, 'frag')
    file.rollbackSync(range)
    expect(thrownBy(() => file.rollbackSync(range))).toMatchObject(notOwn)
    expect(() => {
      file.closeSync()
    }).not.toThrow()
  })
})

test('an append after a short writeOnce that was not rolled back stands on a line of its own (W1)', async () => {
  const path = temporaryPath()
  const remote = await Remote.open({ type: 'AppendFile', path }, { fileLimit: 1 })
  expect(await remote.call('writeOnceSync', Buffer.alloc(2000, 'y'))).toMatchObject({ end: 1024 })
  await remote.limitFiles('unlimited')
  const range = (await remote.call('appendSync', '{"a":1}\n')) as ByteRange
  expect(range.end - range.start).toBe(8)
  expect(textOf(path).split('\n')).toContain('{"a":1}')
})
