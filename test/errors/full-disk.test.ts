// A disk that is really full: a tmpfs of 64 KiB (W3, W7).

import { execFileSync } from 'node:child_process'
import { unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AppendFile, Recorder } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf } from '../support/failure.js'
import { describeAsRoot } from '../support/needs.js'
import { linesOf, temporaryFolder, textAt } from '../support/temporary.js'

function smallDisk(): string {
  const folder = temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
  afterTest(() => execFileSync('umount', [folder]))
  return folder
}

const value = 'x'.repeat(997)
const record = `"${value}"\n`

interface Form {
  readonly append: () => unknown
  readonly close: () => Promise<void>
}

const forms: [string, (file: string) => Form][] = [
  ['AppendFile.appendSync', (file) => overAppendFile(file, (one) => one.appendSync(record))],
  ['AppendFile.append', (file) => overAppendFile(file, (one) => one.append(record))],
  ['Recorder.appendSync', (file) => overRecorder(file, (one) => one.appendSync(value))],
  ['Recorder.append', (file) => overRecorder(file, (one) => one.append(value))],
  ['Recorder.appendAll', (file) => overRecorder(file, (one) => one.appendAll([value]))],
]

function overAppendFile(file: string, append: (one: AppendFile) => unknown): Form {
  const one = AppendFile.openSync(file)
  afterTest(() => {
    one.closeSync()
  })
  return { append: () => append(one), close: () => one.close() }
}

function overRecorder(file: string, append: (one: Recorder) => unknown): Form {
  const one = Recorder.openSync(file)
  afterTest(() => {
    one.closeSync()
  })
  return { append: () => append(one), close: () => one.close() }
}

describeAsRoot('on a full tmpfs', () => {
  test.each(forms)(
    '%s tells StorageFull, the range that landed, and leaves whole lines only',
    async (_, open) => {
      const disk = smallDisk()
      const file = path.join(disk, 'log.jsonl')
      const form = open(file)
      // 65 records of 1,000 bytes fit, and 536 bytes of the next.
      for (let i = 0; i < 65; i++) await form.append()
      const range = { start: 65_000, end: 65_536 }
      expect(await failureOf(form.append)).toMatchObject({
        name: 'AppendError',
        errno: 28,
        code: 'ENOSPC',
        kind: 'StorageFull',
        syscall: 'write',
        path: file,
        range,
        requested: 1000,
        state: 'failed',
        retryable: true,
        rollback: { outcome: 'truncated', range },
      })
      expect(linesOf(file)).toEqual(Array.from({ length: 65 }, () => record.trimEnd()))
      await form.close()
    },
  )

  test.each(forms)('%s has no range where not a byte fits', async (_, open) => {
    const disk = smallDisk()
    const file = path.join(disk, 'log.jsonl')
    const form = open(file)
    writeFileSync(path.join(disk, 'filler'), Buffer.alloc(65_536))
    expect(await failureOf(form.append)).toMatchObject({ code: 'ENOSPC', range: null, rollback: null })
    expect(linesOf(file)).toEqual([])
    await form.close()
  })

  test.each(forms)('%s goes on once there is room again', async (_, open) => {
    const disk = smallDisk()
    const file = path.join(disk, 'log.jsonl')
    const filler = path.join(disk, 'filler')
    const form = open(file)
    writeFileSync(filler, Buffer.alloc(65_536 - 4096))
    for (let i = 0; i < 4; i++) await form.append()
    await failureOf(form.append)
    unlinkSync(filler)
    expect([await form.append()].flat()).toEqual([{ start: 4000, end: 5000 }])
    expect(textAt(file, { start: 4000, end: 5000 })).toBe(record)
    await form.close()
  })

  test('Recorder.write keeps the records and writes them, once, when there is room again', async () => {
    const disk = smallDisk()
    const file = path.join(disk, 'log.jsonl')
    const filler = path.join(disk, 'filler')
    const recorder = Recorder.openSync(file)
    writeFileSync(filler, Buffer.alloc(65_536 - 4096))
    for (let i = 0; i < 20; i++) recorder.write({ i, value })
    expect(await failureOf(() => recorder.flush())).toMatchObject({ code: 'ENOSPC', kind: 'StorageFull' })
    unlinkSync(filler)
    await recorder.close()
    expect(linesOf(file).map((line) => (JSON.parse(line) as { i: number }).i)).toEqual([...Array(20).keys()])
  })

  test('a file that cannot even be created tells so', async () => {
    const disk = smallDisk()
    execFileSync('mount', ['-o', 'remount,nr_inodes=2', disk])
    writeFileSync(path.join(disk, 'only'), '')
    expect(await failureOf(() => AppendFile.open(path.join(disk, 'log.jsonl')))).toMatchObject({
      code: 'ENOSPC',
      kind: 'StorageFull',
      syscall: 'open',
    })
  })
})
