// Where the quarantine file cannot be written, or the tail not be cut off, everything stays where it is, and the
// report says why (W2).

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TailRepair } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { FaultyDoor, type Fault } from '../support/faulty-door.js'
import { everyOpen, openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { describeAsRoot } from '../support/needs.js'
import { fileWith, temporaryFolder, textAt, textOf } from '../support/temporary.js'
import { WatchedDoor } from '../support/watched-door.js'
import { quarantinedBytes, quarantineOf, stateOf } from './torn-file.js'

const EIO = 5
const ENOSPC = 28

const whole = '{"a":1}\n'
const torn = Buffer.from('{"c":"ä\0\xff€', 'latin1')
const content = Buffer.concat([Buffer.from(whole), torn])

/** Opens the file, in which a torn tail must stay because of `error`. */
function expectLeft(file: string, repair: TailRepair | null, error: object): void {
  expect(repair).toMatchObject({
    action: 'left',
    range: { start: 8, end: content.length },
    quarantine: null,
    failure: { name: 'AppendError', path: `${file}.torn`, ...error },
  })
  expect(readFileSync(file)).toEqual(content)
}

/** The first record goes onto a line of its own behind a tail that was left. */
function expectSealedBy(file: string, append: () => { start: number; end: number }): void {
  const range = append()
  expect(range.start).toBe(content.length + 1)
  expect(readFileSync(file)).toEqual(Buffer.concat([content, Buffer.from('\n{"d":4}\n')]))
}

describe('nothing is cut off, and the report says why,', () => {
  test.each<[string, (file: string) => void, object]>([
    [
      'where the quarantine file is a directory',
      (torn) => mkdirSync(torn),
      { code: 'EISDIR', kind: 'IsADirectory' },
    ],
    [
      'where it is a symbolic link, which is not followed',
      (torn) => {
        symlinkSync('elsewhere', torn)
      },
      { code: 'ELOOP', kind: 'FilesystemLoop' },
    ],
    [
      'where it is a FIFO, which is not waited for',
      (torn) => {
        execFileSync('mkfifo', [torn])
      },
      {},
    ],
  ])('%s', async (_, make, error) => {
    for (const [, open] of everyOpen) {
      const file = fileWith(content)
      make(`${file}.torn`)
      const before = stateOf(file)
      const recorder = await open(file)
      expectLeft(file, recorder.repair, error)
      expect(stateOf(file)).toEqual(before)
      expect(existsSync(path.join(path.dirname(file), 'elsewhere'))).toBe(false)
      expectSealedBy(file, () => recorder.appendSync({ d: 4 }))
    }
  })

  test.each<[string, Record<string, Fault[]>, object]>([
    ['the write fails', { write: [{ errno: ENOSPC }] }, { code: 'ENOSPC', syscall: 'write' }],
    [
      'the write is cut short',
      { write: [{ landed: 20 }, { errno: ENOSPC }] },
      { code: 'ENOSPC', rollback: { outcome: 'truncated' } },
    ],
    ['its sync fails', { writeAndSync: [{ errno: EIO }] }, { code: 'EIO', syscall: 'fdatasync' }],
    [
      'the sync of its directory fails',
      { syncDirectories: [{ errno: EIO }] },
      { code: 'EIO', syscall: 'fsync' },
    ],
  ])('where %s', (_, faults, error) => {
    const door = new WatchedDoor(new FaultyDoor(faults))
    const file = fileWith(content)
    const recorder = openRecorderThrough(door, {}, file)
    expectLeft(file, recorder.repair, error)
    expect(door.order('truncateUnderLease', 'truncateUnderLock')).not.toContain(
      'log.jsonl truncateUnderLease',
    )
    expectSealedBy(file, () => recorder.appendSync({ d: 4 }))
  })
})

test('a missing LF that cannot be written now is told, and comes with the first record', () => {
  const file = fileWith('{"a":1}')
  const recorder = openRecorderThrough(new FaultyDoor({ write: [{ errno: ENOSPC }] }), {}, file)
  expect(recorder.repair).toMatchObject({
    action: 'left',
    reason: 'missing-newline',
    failure: { code: 'ENOSPC', kind: 'StorageFull', path: file },
  })
  expect(textAt(file, recorder.appendSync({ b: 2 }))).toBe('{"b":2}\n')
  expect(textOf(file)).toBe('{"a":1}\n{"b":2}\n')
})

describeAsRoot('on a full disk', () => {
  test('nothing is cut off, the report says StorageFull, and no part of an entry is left', () => {
    const folder = temporaryFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
    afterTest(() => execFileSync('umount', [folder]))
    const file = path.join(folder, 'log.jsonl')
    const bytes = Buffer.concat([Buffer.from(whole), Buffer.from('{'.repeat(65_536 - whole.length))])
    writeFileSync(file, bytes)
    const { repair } = openRecorder({}, file)
    expect(repair).toMatchObject({ action: 'left', failure: { code: 'ENOSPC', kind: 'StorageFull' } })
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect(quarantineOf(file)).toEqual([])
  })
})

describeAsRoot('in an append-only file', () => {
  test('the torn tail cannot be cut off: the report says why, and the bytes are in both files', () => {
    const file = fileWith(content)
    execFileSync('chattr', ['+a', file])
    afterTest(() => execFileSync('chattr', ['-a', file]))
    const recorder = openRecorder({}, file)
    expect(recorder.repair).toMatchObject({
      action: 'left',
      quarantine: null,
      failure: { code: 'EPERM', kind: 'PermissionDenied', syscall: 'ftruncate', path: file },
    })
    expect(readFileSync(file)).toEqual(content)
    expect(quarantinedBytes(file)).toEqual(torn)
    expectSealedBy(file, () => recorder.appendSync({ d: 4 }))
  })
})
