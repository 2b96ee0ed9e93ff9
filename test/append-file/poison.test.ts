// sync, and what a failed one means: nothing more is acknowledged on that open file (W5, W6).

import { renameSync, truncateSync } from 'node:fs'
import { AppendFile } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor, openFaultyFile } from '../support/faulty-door.js'
import { temporaryPath, textOf } from '../support/temporary.js'

const EIO = 5
const ENOSPC = 28

const syncs: [string, (file: AppendFile) => unknown][] = [
  ['sync', (file) => file.sync()],
  [
    'syncSync',
    (file) => {
      file.syncSync()
    },
  ],
]

describe.each(syncs)('%s', (_, sync) => {
  test('that fails says so, and from which offset on durability is unknown', async () => {
    const path = temporaryPath()
    const file = openFaultyFile(new FaultyDoor({ sync: [{}, { errno: EIO }] }), path)
    file.appendSync('safe\n')
    await sync(file)
    file.appendSync('lost?\n')
    expect(await failureOf(() => sync(file))).toMatchObject({
      name: 'AppendError',
      code: 'EIO',
      errno: EIO,
      kind: 'Uncategorized',
      syscall: 'fdatasync',
      path,
      state: 'indeterminate',
      unsyncedFrom: 5,
      retryable: false,
    })
    file.closeSync()
  })

  test('that fails for a full disk is not to be tried again: what was written stands there', async () => {
    const path = temporaryPath()
    const file = openFaultyFile(new FaultyDoor({ sync: [{ errno: ENOSPC }] }), path)
    file.appendSync('lost?\n')
    const failed = { code: 'ENOSPC', kind: 'StorageFull', state: 'indeterminate', retryable: false }
    expect(await failureOf(() => sync(file))).toMatchObject(failed)
    file.closeSync()
  })

  test('that fails after the file was cut says that nothing behind the cut is on the disk', async () => {
    const path = temporaryPath()
    const file = openFaultyFile(new FaultyDoor({ sync: [{}, { errno: EIO }] }), path)
    file.appendSync('a longer line\n')
    await sync(file)
    // As logrotate does with copytruncate.
    truncateSync(path, 0)
    file.appendSync('lost?\n')
    expect(await failureOf(() => sync(file))).toMatchObject({ unsyncedFrom: 0 })
    file.closeSync()
  })

  test('that fails on the directory counts as failed', async () => {
    const file = openFaultyFile(new FaultyDoor({ syncDirectories: [{ errno: EIO }] }), temporaryPath())
    expect(await failureOf(() => sync(file))).toMatchObject({ code: 'EIO', syscall: 'fsync' })
    expect(await failureOf(() => sync(file))).toMatchObject({ kind: 'Poisoned' })
    file.closeSync()
  })

  test('works on a file that was renamed since it was opened', async () => {
    const file = AppendFile.openSync(temporaryPath())
    file.appendSync('a\n')
    renameSync(file.path, `${file.path}.1`)
    await sync(file)
    expect(file.appendSync('b\n')).toEqual({ start: 2, end: 4 })
    file.closeSync()
  })
})

describe('after a failed sync', () => {
  async function poisoned(): Promise<AppendFile> {
    const file = openFaultyFile(new FaultyDoor({ sync: [{ errno: EIO }] }), temporaryPath())
    file.appendSync('before\n')
    await failureOf(() => file.sync())
    return file
  }

  const calls: [string, (file: AppendFile) => unknown][] = [
    ...syncs,
    ['appendSync', (file) => file.appendSync('x\n')],
    ['append', (file) => file.append('x\n')],
    ['writeOnceSync', (file) => file.writeOnceSync(Buffer.from('x\n'))],
    ['writeOnce', (file) => file.writeOnce(Buffer.from('x\n'))],
  ]

  test.each(calls)('%s is refused as Poisoned, with the first failure as its cause', async (_, call) => {
    const file = await poisoned()
    const expected = { kind: 'Poisoned', code: 'EIO', state: 'failed', range: null, unsyncedFrom: 0 }
    for (let i = 0; i < 3; i++) {
      expect(await failureOf(() => call(file))).toMatchObject({ ...expected, cause: { code: 'EIO' } })
    }
    expect(textOf(file.path)).toBe('before\n')
    file.closeSync()
  })

  test('appends that were given before its end are refused too', async () => {
    const file = openFaultyFile(new FaultyDoor({ sync: [{ errno: EIO }] }), temporaryPath())
    const synced = failureOf(() => file.sync())
    const appended = failureOf(() => file.append('x\n'))
    expect(await synced).toMatchObject({ state: 'indeterminate' })
    expect(await appended).toMatchObject({ kind: 'Poisoned' })
    expect(textOf(file.path)).toBe('')
    file.closeSync()
  })

  test('it can be closed, and opened anew', async () => {
    const file = await poisoned()
    await file.close()
    const again = AppendFile.openSync(file.path)
    again.appendSync('after\n')
    await again.sync()
    await again.close()
    expect(textOf(file.path)).toBe('before\nafter\n')
  })

  test('20,000 appends that wait for it all hear of it', async () => {
    const file = openFaultyFile(new FaultyDoor({ sync: [{ errno: EIO }] }), temporaryPath())
    const synced = failureOf(() => file.sync())
    const appends = Array.from({ length: 20_000 }, () => failureOf(() => file.append('x\n')))
    expect(await synced).toMatchObject({ code: 'EIO' })
    const kinds = (await Promise.all(appends)).map((error) => (error as { kind: string }).kind)
    expect(new Set(kinds)).toEqual(new Set(['Poisoned']))
    await file.close()
  }, 20_000)
})
