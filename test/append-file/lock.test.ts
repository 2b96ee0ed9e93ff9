// Locks: advisory, of the open file and not of the process, and refused with a word about who holds them.

import { AppendFile, type AppendFileOptions } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { Remote } from '../support/remote-file.js'
import { temporaryPath, textOf } from '../support/temporary.js'

function hold(path: string, options: AppendFileOptions): AppendFile {
  const file = AppendFile.openSync(path, options)
  afterTest(() => {
    file.closeSync()
  })
  return file
}

const busy = { name: 'AppendError', kind: 'ResourceBusy', code: 'EAGAIN', syscall: 'fcntl', state: 'failed' }

describe.each([
  ['openSync', (path: string, options: AppendFileOptions) => Promise.resolve(hold(path, options))],
  ['open', AppendFile.open.bind(AppendFile)],
])('in one process, %s', (_, open) => {
  test.each([
    ['exclusive', 'exclusive'],
    ['exclusive', 'shared'],
    ['shared', 'exclusive'],
  ] as const)('with %s held refuses %s, and names this process', async (held, wanted) => {
    const path = temporaryPath()
    const first = hold(path, { lock: held })
    const error = await failureOf(() => open(path, { lock: wanted }))
    expect(error).toMatchObject({ ...busy, path })
    expect((error as Error).message).toContain(`process ${process.pid} `)
    first.appendSync('still\n')
    expect(textOf(path)).toBe('still\n')
  })

  test.each([
    ['shared', 'shared'],
    ['exclusive', 'none'],
    ['none', 'exclusive'],
  ] as const)('with %s held grants %s', async (held, wanted) => {
    const path = temporaryPath()
    hold(path, { lock: held })
    const second = await open(path, { lock: wanted })
    expect(second.appendSync('x\n')).toEqual({ start: 0, end: 2 })
    await second.close()
  })
})

test('the default is a shared lock: exclusive is refused beside it', () => {
  const path = temporaryPath()
  hold(path, {})
  expect(thrownBy(() => AppendFile.openSync(path, { lock: 'exclusive' }))).toMatchObject(busy)
})

test('an open that is refused leaves no lock and no descriptor behind', () => {
  const path = temporaryPath()
  const holder = hold(path, { lock: 'exclusive' })
  for (let i = 0; i < 3; i++) expect(thrownBy(() => AppendFile.openSync(path))).toMatchObject(busy)
  holder.closeSync()
  expect(() => hold(path, { lock: 'exclusive' })).not.toThrow()
})

test('closing another open file of the same process does not give the lock away', () => {
  const path = temporaryPath()
  hold(path, { lock: 'exclusive' })
  hold(path, { lock: 'none' }).closeSync()
  expect(thrownBy(() => AppendFile.openSync(path, { lock: 'exclusive' }))).toMatchObject(busy)
})

describe('from another process', () => {
  test('exclusive is refused, and the holder is named by its pid', async () => {
    const path = temporaryPath()
    const holder = await Remote.open({ type: 'AppendFile', path, options: { lock: 'exclusive' } })
    const error = await failureOf(() => AppendFile.open(path, { lock: 'exclusive' }))
    expect(error).toMatchObject(busy)
    expect((error as Error).message).toContain(`process ${holder.pid} `)
  })

  test('every holder of a shared lock is named', async () => {
    const path = temporaryPath()
    const holders = [
      await Remote.open({ type: 'AppendFile', path }),
      await Remote.open({ type: 'Recorder', path }),
    ]
    const error = await failureOf(() => AppendFile.open(path, { lock: 'exclusive' }))
    for (const { pid } of holders) expect((error as Error).message).toContain(`process ${pid} `)
  })

  test('a Recorder is refused in the same way', async () => {
    const path = temporaryPath()
    hold(path, { lock: 'exclusive' })
    const other = await Remote.start()
    const error = await other.openFailure({ type: 'Recorder', method: 'openSync', path })
    expect(error).toMatchObject(busy)
    expect(error.message).toContain(`process ${process.pid} `)
  })

  test('a lock ends with its process, even by kill -9', async () => {
    const path = temporaryPath()
    const holder = await Remote.open({ type: 'AppendFile', path, options: { lock: 'exclusive' } })
    await holder.kill()
    expect(() => hold(path, { lock: 'exclusive' })).not.toThrow()
  })

  test('shared locks let many append', async () => {
    const path = temporaryPath()
    const other = await Remote.open({ type: 'AppendFile', path, options: { lock: 'shared' } })
    const mine = hold(path, { lock: 'shared' })
    mine.appendSync('mine\n')
    expect(await other.call('appendSync', 'other\n')).toEqual({ start: 5, end: 11 })
    expect(mine.appendSync('again\n')).toEqual({ start: 11, end: 17 })
  })
})
