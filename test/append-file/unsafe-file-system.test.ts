// onUnsafeFilesystem: file systems on which appends of two machines overwrite each other are refused, or
// opened with care: a lease proves nothing there, and each range is verified (W1, W2).

import path from 'node:path'
import { existsSync } from 'node:fs'
import type { AppendError, AppendFileOptions } from '../../lib/index.js'
import { AppendFile, Recorder } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, openFaultyFile, openFaultyRecorder, type Fault } from '../support/faulty-door.js'
import { mountFuse } from '../support/lab.js'
import { describeWithFuse } from '../support/needs.js'
import { temporaryPath, textOf } from '../support/temporary.js'

const ENOSPC = 28

interface Opened {
  readonly appendSync: (text: string) => unknown
  readonly closeSync: () => void
}

const kinds: [string, (door: FaultyDoor, path: string, options: AppendFileOptions) => Opened][] = [
  ['AppendFile', (door, file, options) => openFaultyFile(door, file, options)],
  ['Recorder', (door, file, options) => openFaultyRecorder(door, file, options)],
]

function doorTo(fileSystem: string, write: Fault[] = []): FaultyDoor {
  const door = new FaultyDoor({ write })
  door.fileSystem = fileSystem
  return door
}

function listenForWarnings(): jest.SpyInstance {
  const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  afterTest(() => {
    spy.mockRestore()
  })
  return spy
}

const network = ['nfs', 'cifs', 'smb', 'smb2', '9p', 'afs', 'coda']

describe.each(kinds)('%s', (_, open) => {
  test.each(network)('on %s is refused by default, and told what to do', (fileSystem) => {
    const warnings = listenForWarnings()
    const file = temporaryPath()
    const error = thrownBy(() => open(doorTo(fileSystem), file, {})) as AppendError
    expect(error).toMatchObject({
      name: 'AppendError',
      code: 'ERR_UNSAFE_FILESYSTEM',
      kind: 'Unsupported',
      path: file,
      syscall: null,
      range: null,
      state: 'failed',
      retryable: false,
    })
    expect(error.message).toContain(`on ${fileSystem}`)
    expect(error.message).toContain("onUnsafeFilesystem: 'warn'")
    expect(warnings).not.toHaveBeenCalled()
  })

  test("with 'fail' it is refused, and neither lock nor descriptor is left", () => {
    const door = doorTo('nfs')
    const file = temporaryPath()
    thrownBy(() => open(door, file, { onUnsafeFilesystem: 'fail' }))
    expect(door.calls).toMatchObject({ open: 1, lock: 0, close: 1 })
  })

  test("with 'warn' it is opened, with one warning that names the file system", () => {
    const warnings = listenForWarnings()
    const file = temporaryPath()
    const opened = open(doorTo('nfs'), file, { onUnsafeFilesystem: 'warn' })
    opened.appendSync('text')
    opened.closeSync()
    expect(warnings.mock.calls).toEqual([
      [expect.stringContaining('nfs'), { code: 'ERR_UNSAFE_FILESYSTEM', type: 'WholelineWarning' }],
    ])
    expect(textOf(file)).toContain('text')
  })

  test("with 'ignore' it is opened without a word", () => {
    const warnings = listenForWarnings()
    const file = temporaryPath()
    const opened = open(doorTo('nfs'), file, { onUnsafeFilesystem: 'ignore' })
    opened.appendSync('text')
    opened.closeSync()
    expect(warnings).not.toHaveBeenCalled()
    expect(textOf(file)).toContain('text')
  })

  test.each(['warn', 'ignore'] as const)("with '%s' a lease is no proof: a fragment is blanked", (option) => {
    listenForWarnings()
    const file = temporaryPath()
    const door = doorTo('nfs', [{ landed: 3 }, { errno: ENOSPC }])
    const opened = open(door, file, { onUnsafeFilesystem: option })
    expect(thrownBy(() => opened.appendSync('torn\n'))).toMatchObject({
      code: 'ENOSPC',
      state: 'failed',
      rollback: { outcome: 'erased', refused: [{ rung: 'lease', reason: 'unproven' }] },
    })
    expect(door.calls.truncateUnderLease).toBe(0)
    expect(textOf(file)).toBe('   ')
    opened.closeSync()
  })

  test.each(['lustre', 'ceph', 'gfs2', 'ocfs2', 'fuse', 'virtiofs', 'ecryptfs', '0x47504653', ''])(
    "on '%s' it opens without a word, and a lease is no proof: a fragment is blanked",
    (fileSystem) => {
      const warnings = listenForWarnings()
      const file = temporaryPath()
      const door = doorTo(fileSystem, [{ landed: 3 }, { errno: ENOSPC }])
      const opened = open(door, file, {})
      expect(thrownBy(() => opened.appendSync('torn\n'))).toMatchObject({
        state: 'failed',
        rollback: { outcome: 'erased', refused: [{ rung: 'lease', reason: 'unproven' }] },
      })
      expect(door.calls.truncateUnderLease).toBe(0)
      expect(warnings).not.toHaveBeenCalled()
      opened.closeSync()
    },
  )

  test.each(['ext4', 'xfs', 'btrfs', 'tmpfs', 'overlay', 'f2fs', 'zfs'])(
    'on %s nothing is refused',
    (fileSystem) => {
      const warnings = listenForWarnings()
      const door = doorTo(fileSystem, [{ landed: 3 }, { errno: ENOSPC }])
      const opened = open(door, temporaryPath(), {})
      expect(thrownBy(() => opened.appendSync('torn\n'))).toMatchObject({
        rollback: { outcome: 'truncated' },
      })
      expect(warnings).not.toHaveBeenCalled()
      opened.closeSync()
    },
  )
})

test('a recorder that is to go on in a file on NFS stays where it is', async () => {
  const door = new FaultyDoor()
  const recorder = openFaultyRecorder(door, temporaryPath(), {})
  const { path: old } = recorder
  door.fileSystem = 'nfs'
  expect(await failureOf(() => recorder.reopen(temporaryPath()))).toMatchObject({ kind: 'Unsupported' })
  await recorder.append('old')
  await recorder.close()
  expect(textOf(old)).toBe('"old"\n')
})

describeWithFuse('a FUSE that is really mounted', () => {
  const opens: [string, (file: string) => Promise<AppendFile | Recorder>][] = [
    ['AppendFile', (file) => AppendFile.open(file)],
    ['Recorder', (file) => Recorder.open(file)],
  ]

  test.each(opens)('%s opens there by default, without a warning', async (_, open) => {
    const warnings = listenForWarnings()
    const { folder } = await mountFuse()
    const file = await open(path.join(folder, 'log.jsonl'))
    expect(await file.append('1\n')).toMatchObject({ start: 0 })
    await file.close()
    expect(warnings).not.toHaveBeenCalled()
    expect(existsSync(path.join(folder, 'log.jsonl'))).toBe(true)
  })

  test('a lease is no proof there: a fragment is blanked', async () => {
    const { folder, plan } = await mountFuse()
    const file = await AppendFile.open(path.join(folder, 'log.jsonl'))
    expect(file.fileSystem).toBe('fuse')
    plan('write:1:short=3; write:2:ENOSPC')
    expect(await failureOf(() => file.append('torn\n'))).toMatchObject({
      code: 'ENOSPC',
      range: { start: 0, end: 3 },
      rollback: { outcome: 'erased', refused: [{ rung: 'lease', reason: 'unproven' }] },
    })
    plan('')
    const range = await file.append('whole\n')
    expect(range).toEqual({ start: 3, end: 9 })
    expect(textOf(file.path)).toBe('   whole\n')
    await file.close()
  })

  test('a server that reports a success and writes nothing is found out', async () => {
    const { folder, plan } = await mountFuse()
    const file = await AppendFile.open(path.join(folder, 'log.jsonl'))
    await file.append('before\n')
    plan('write:1:lie')
    expect(await failureOf(() => file.append('never\n'))).toMatchObject({
      code: 'ERR_WRITE_CONTRADICTED',
      kind: 'InvalidData',
      state: 'indeterminate',
    })
    plan('')
    const range = await file.append('after\n')
    expect(textOf(file.path).slice(range.start, range.end)).toBe('after\n')
    await file.close()
  })
})
