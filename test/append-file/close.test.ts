// Closing: once, after everything that was given before; and nothing is taken afterwards.

import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { AppendError, AppendFile } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { temporaryPath, textOf } from '../support/temporary.js'

/** Descriptors of this process that lead to the file. */
function descriptorsOf(path: string): number {
  return readdirSync('/proc/self/fd')
    .map((fd) => `/proc/self/fd/${fd}`)
    .filter((link) => existsSync(link) && readlinkSync(link) === path).length
}

test('close gives the descriptor back', async () => {
  const file = await AppendFile.open(temporaryPath())
  expect(descriptorsOf(file.path)).toBe(1)
  await file.close()
  expect(descriptorsOf(file.path)).toBe(0)
})

test('closing again, in either form, is the same closing', async () => {
  const file = AppendFile.openSync(temporaryPath())
  file.appendSync('{}\n')
  const closing = file.close()
  expect(file.close()).toBe(closing)
  file.closeSync()
  file.closeSync()
  await closing
  await file.close()
  expect(textOf(file.path)).toBe('{}\n')
})

test('closeSync then close is one closing', async () => {
  const file = AppendFile.openSync(temporaryPath())
  file.closeSync()
  await expect(file.close()).resolves.toBeUndefined()
})

test('close waits for what was given before', async () => {
  const file = AppendFile.openSync(temporaryPath())
  const lines = Array.from({ length: 50 }, (_, i) => `${i}\n`)
  const appended = lines.map((line) => file.append(line))
  await file.close()
  expect(textOf(file.path)).toBe(lines.join(''))
  await expect(Promise.all(appended)).resolves.toHaveLength(50)
})

test('closeSync finishes the appends in flight first', async () => {
  const file = AppendFile.openSync(temporaryPath())
  const lines = Array.from({ length: 50 }, (_, i) => `${i} ${'x'.repeat(10_000)}\n`)
  const appended = lines.map((line) => file.append(line))
  file.closeSync()
  expect(textOf(file.path)).toBe(lines.join(''))
  expect(descriptorsOf(file.path)).toBe(0)
  await expect(Promise.all(appended)).resolves.toHaveLength(50)
})

test('closeSync finishes a close that is in flight', async () => {
  const file = AppendFile.openSync(temporaryPath())
  const closing = file.close()
  file.closeSync()
  expect(descriptorsOf(file.path)).toBe(0)
  await expect(closing).resolves.toBeUndefined()
})

test('await using closes', async () => {
  const path = temporaryPath()
  const file = AppendFile.openSync(path)
  await file[Symbol.asyncDispose]()
  expect(descriptorsOf(path)).toBe(0)
  expect(() => file.appendSync('x\n')).toThrow(AppendError)
})

describe.each([
  [
    'closed',
    (file: AppendFile) => {
      file.closeSync()
    },
  ],
  [
    'about to be closed',
    (file: AppendFile) => {
      void file.close()
    },
  ],
])('a file that is %s', (_, close) => {
  const calls: [string, (file: AppendFile) => unknown][] = [
    ['appendSync', (file) => file.appendSync('x\n')],
    ['append', (file) => file.append('x\n')],
    ['writeOnceSync', (file) => file.writeOnceSync(Buffer.from('x\n'))],
    ['writeOnce', (file) => file.writeOnce(Buffer.from('x\n'))],
    ['rollbackSync', (file) => file.rollbackSync({ start: 0, end: 1 })],
    ['sync', (file) => file.sync()],
    [
      'syncSync',
      (file) => {
        file.syncSync()
      },
    ],
  ]

  test.each(calls)('refuses %s with an AppendError and takes nothing', async (__, call) => {
    const file = AppendFile.openSync(temporaryPath())
    file.writeOnceSync(Buffer.from('before\n'))
    close(file)
    const failure = await failureOf(() => call(file))
    expect(failure).toBeInstanceOf(AppendError)
    expect(failure).toMatchObject({ code: 'ERR_CLOSED', kind: 'InvalidInput', errno: 0, path: file.path })
    await file.close()
    expect(textOf(file.path)).toBe('before\n')
  })
})

test('a closed file still tells its path and size', () => {
  const file = AppendFile.openSync(temporaryPath())
  file.appendSync('abc\n')
  file.closeSync()
  expect([file.path, file.size]).toEqual([file.path, 4])
})
