// A fragment that could not be taken back is owed: tried again at each later append, sealed meanwhile, and
// told at closing.

import { execFileSync } from 'node:child_process'
import { truncateSync } from 'node:fs'
import type { AppendFile } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, openFaultyFile, type Fault } from '../support/faulty-door.js'
import { Remote } from '../support/remote-file.js'
import { describeAsRoot } from '../support/needs.js'
import { temporaryPath, textAt, textOf } from '../support/temporary.js'

const ENOSPC = 28
const EPERM = 1

/** So many calls that are refused. */
function refused(times: number): Fault[] {
  return Array.from({ length: times }, () => ({ errno: EPERM }))
}

const before = 'previous\n'

/** A file with a fragment, `frag`, behind a line, that is owed; taking it back is refused so many more times. */
function owing(times: number): { file: AppendFile; path: string } {
  const path = temporaryPath()
  const door = new FaultyDoor({
    write: [{}, { landed: 4 }, { errno: ENOSPC }],
    truncateUnderLease: refused(times + 1),
    erase: refused(times + 1),
  })
  const file = openFaultyFile(door, path)
  // What stands before a fragment tells it from others' bytes later.
  file.appendSync(before)
  expect(thrownBy(() => file.appendSync('fragment\n'))).toMatchObject({ state: 'pending' })
  return { file, path }
}

test('the next append takes it back, and stands where it would have stood without', () => {
  const { file, path } = owing(0)
  expect(file.appendSync('a\n')).toEqual({ start: 9, end: 11 })
  expect(textOf(path)).toBe(`${before}a\n`)
  file.closeSync()
})

test('once a record stands behind it, it is blanked', () => {
  const { file, path } = owing(1)
  expect(file.appendSync('a\n')).toEqual({ start: 14, end: 16 })
  expect(textOf(path)).toBe(`${before}frag\na\n`)
  expect(file.appendSync('b\n')).toEqual({ start: 16, end: 18 })
  expect(textOf(path)).toBe(`${before}    \na\nb\n`)
  file.closeSync()
})

test('while it is owed, later appends are put on lines of their own without blank lines between', () => {
  const { file, path } = owing(4)
  for (const line of ['a\n', 'b\n', 'c\n']) file.appendSync(line)
  expect(textOf(path)).toBe(`${before}frag\na\nb\nc\n`)
})

test('closing tries once more', async () => {
  const { file, path } = owing(0)
  await file.close()
  expect(textOf(path)).toBe(before)
})

test.each([
  ['close', (file: AppendFile) => file.close()],
  [
    'closeSync',
    (file: AppendFile) => {
      file.closeSync()
    },
  ],
])('%s tells what is still owed, and closes all the same', async (_, close) => {
  const { file, path } = owing(1)
  expect(await failureOf(() => close(file))).toMatchObject({
    name: 'AppendError',
    code: 'ERR_ROLLBACK_OWED',
    state: 'pending',
    range: { start: 9, end: 13 },
    path,
  })
  expect(() => file.appendSync('x\n')).toThrow('closed')
})

test('a torn writeOnce behind it keeps its seal when the fragment is taken back', () => {
  const { file, path } = owing(0)
  file.writeOnceSync(Buffer.from('abc'))
  const range = file.appendSync('a\n')
  expect(textOf(path)).toBe(`${before}    abc\na\n`)
  expect(textAt(path, range)).toBe('a\n')
  file.closeSync()
})

test('a fragment that somebody else has cut away is owed no longer', () => {
  const { file, path } = owing(0)
  // As logrotate does with copytruncate.
  truncateSync(path, 0)
  const range = file.appendSync('a\n')
  expect(() => {
    file.closeSync()
  }).not.toThrow()
  expect(textAt(path, range)).toBe('a\n')
  expect(textOf(path).trim()).toBe('a')
})

test('several fragments are all taken back when that works again', () => {
  const path = temporaryPath()
  const door = new FaultyDoor({
    write: [{}, { landed: 2 }, { errno: ENOSPC }, {}, { landed: 3 }, { errno: ENOSPC }],
    truncateUnderLease: refused(4),
    erase: refused(4),
  })
  const file = openFaultyFile(door, path)
  file.appendSync(before)
  expect(thrownBy(() => file.appendSync('first\n'))).toMatchObject({ state: 'pending' })
  file.appendSync('a\n')
  expect(thrownBy(() => file.appendSync('second\n'))).toMatchObject({ state: 'pending' })
  file.appendSync('b\n')
  const lines = textOf(path).split('\n')
  expect(lines.map((line) => line.trim()).filter((line) => line !== '')).toEqual(['previous', 'a', 'b'])
  expect(() => {
    file.closeSync()
  }).not.toThrow()
})

describeAsRoot('chattr +a, which refuses every rollback', () => {
  function attribute(change: string, path: string): void {
    execFileSync('chattr', [change, path])
  }

  test('the fragment is told as pending, sealed, and taken back once the attribute is gone', async () => {
    const path = temporaryPath()
    const remote = await Remote.open({ type: 'AppendFile', path }, { fileLimit: 1 })
    attribute('+a', path)
    afterTest(() => {
      attribute('-a', path)
    })
    const before = `${'x'.repeat(999)}\n`
    await remote.call('appendSync', before)
    expect(await remote.failure('append', `${'y'.repeat(99)}\n`)).toMatchObject({
      code: 'EFBIG',
      state: 'pending',
      range: { start: 1000, end: 1024 },
      rollback: { outcome: 'pending', refused: [{ rung: 'lease' }, { rung: 'erase', reason: 'EPERM' }] },
    })
    await remote.limitFiles('unlimited')
    expect(await remote.call('append', 'a\n')).toEqual({ start: 1025, end: 1027 })
    expect(textOf(path)).toBe(`${before}${'y'.repeat(24)}\na\n`)
    attribute('-a', path)
    await remote.call('append', 'b\n')
    expect(textOf(path).replaceAll(' ', '')).toBe(`${before}\na\nb\n`)
    await remote.call('close')
  })
})
