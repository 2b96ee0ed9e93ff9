// The error itself: what programs read and what people read.

import { inspect } from 'node:util'
import { AppendError, AppendFile } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { systemError } from '../../lib/errors/make-error.js'
import { temporaryPath } from '../support/temporary.js'

function failed(errno: number, syscall = 'write'): AppendError {
  const range = { start: 10, end: 14 }
  const rollback = { outcome: 'erased', range, refused: [] } as const
  return systemError(
    { errno, syscall, start: 0, end: 0, detail: 0 },
    { path: '/tmp/log', action: 'append to', range, requested: 9, rollback },
  )
}

test('it is an Error with a stack that begins where it was made', () => {
  const error = failed(28)
  expect(error).toBeInstanceOf(Error)
  expect(error).toBeInstanceOf(AppendError)
  expect(String(error)).toMatch(/^AppendError: append to \/tmp\/log: ENOSPC, write/)
  expect(error.stack).toContain('append-error.test')
})

test('its message tells people everything that its fields tell programs', () => {
  expect(failed(28).message).toBe(
    'append to /tmp/log: ENOSPC, write; 4 of 9 bytes landed at [10, 14), rollback: erased',
  )
})

test('a number without a name is told as a number', () => {
  const error = failed(9999)
  expect(error).toMatchObject({ code: 'ERRNO_9999', errno: 9999, kind: 'Uncategorized' })
  expect(error.message).toContain('errno 9999')
})

test.each([
  ['ENOSPC', 28, true],
  ['EDQUOT', 122, true],
  ['EAGAIN', 11, true],
  ['EBUSY', 16, true],
  ['EFBIG', 27, false],
  ['EROFS', 30, false],
  ['EIO', 5, false],
])('%s (%i): is it retryable? %p', (code, errno, retryable) => {
  expect(failed(errno)).toMatchObject({ code, retryable })
})

test('what it was derived from keeps its fields, but for what has changed', () => {
  const first = failed(28)
  const derived = first.derive({ state: 'pending', range: null, cause: first })
  expect(derived).toMatchObject({
    code: 'ENOSPC',
    errno: 28,
    path: '/tmp/log',
    state: 'pending',
    range: null,
  })
  expect(derived.cause).toBe(first)
  expect(first).toMatchObject({ state: 'failed', range: { start: 10, end: 14 } })
})

test('an error that an application logs shows code, errno, path and state', async () => {
  const error = await failureOf(() => AppendFile.open(temporaryPath('a/b'), { mkdir: false }))
  const shown = inspect(error)
  for (const part of ["code: 'ENOENT'", 'errno: 2', "syscall: 'open'", "state: 'failed'"])
    expect(shown).toContain(part)
})

test('errors of our own have errno 0, no system call, and a code that begins with ERR_', async () => {
  const file = AppendFile.openSync(temporaryPath())
  file.closeSync()
  expect(await failureOf(() => file.append('x\n'))).toMatchObject({
    errno: 0,
    syscall: null,
    code: 'ERR_CLOSED',
  })
})
