// The facts that truncating rests on (DESIGN 3.2), as a caller meets them: a lease is denied by whoever else
// has the file open and to whoever does not own it; then the fragment is blanked. Nothing of others is touched
// (W2).

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AppendFile, Recorder } from '../../lib/index.js'
import type { AppendError } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, openFaultyFile } from '../support/faulty-door.js'
import { Remote } from '../support/remote-file.js'
import { describeAsRoot } from '../support/needs.js'
import { temporaryFolder, temporaryPath, textOf } from '../support/temporary.js'

const ENOSPC = 28
const before = 'before\n'
const range = { start: 7, end: 11 }

const cut = { outcome: 'truncated', range, refused: [] }
const blanked = { outcome: 'erased', range, refused: [{ rung: 'lease', reason: 'EAGAIN', syscall: 'fcntl' }] }

interface Torn {
  readonly path: string
  /** An append of which four bytes land; gives what was done with them. */
  readonly tear: () => unknown
  /** The next append, which works. */
  readonly append: (text: string) => unknown
}

function opened(at = temporaryPath()): Torn {
  const door = new FaultyDoor({ write: [{}] })
  const file = openFaultyFile(door, at)
  afterTest(() => {
    file.closeSync()
  })
  file.appendSync(before)
  const tear = (): unknown => {
    door.faults.write?.push({ landed: 4 }, { errno: ENOSPC })
    return (thrownBy(() => file.appendSync('torn line\n')) as AppendError).rollback
  }
  return { path: at, tear, append: (text) => file.appendSync(text) }
}

test('alone with the file the fragment is cut off, each time', () => {
  const { path: file, tear } = opened()
  for (let i = 0; i < 5; i++) {
    expect(tear()).toEqual(cut)
    expect(textOf(file)).toBe(before)
  }
})

test('a second open of our own denies it, even one only for reading, until it is closed', () => {
  const { path: file, tear, append } = opened()
  const reader = openSync(file, 'r')
  expect(tear()).toEqual(blanked)
  expect(append('a\n')).toEqual({ start: 11, end: 13 })
  closeSync(reader)
  // Nothing of the fragment is left to be taken back twice.
  expect(textOf(file)).toBe(`${before}    a\n`)
})

test.each<[string, (file: string) => { closeSync: () => void }]>([
  ['AppendFile', (file) => AppendFile.openSync(file)],
  ['Recorder', (file) => Recorder.openSync(file, { tornTail: 'seal' })],
])('so does another %s of this process', (_, open) => {
  const { path: file, tear } = opened()
  const other = open(file)
  expect(tear()).toEqual(blanked)
  other.closeSync()
})

test('a reader in another process denies it, until it is killed', async () => {
  const { path: file, tear } = opened()
  const reader = spawn('bash', ['-c', 'exec 3<"$1"; echo open; read -r', 'bash', file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  afterTest(() => reader.kill('SIGKILL'))
  await once(reader.stdout, 'data')
  expect(tear()).toEqual(blanked)
  const closed = once(reader, 'close')
  reader.kill('SIGKILL')
  await closed
  expect(textOf(file)).toBe(`${before}    `)
  // The blanks stay, the next fragment behind them is cut off.
  expect(tear()).toEqual({ outcome: 'truncated', range: { start: 11, end: 15 }, refused: [] })
})

test('a program that was started while the file was open does not deny it', async () => {
  const { tear } = opened()
  const child = spawn('bash', ['-c', 'echo started; read -r'], { stdio: ['pipe', 'pipe', 'inherit'] })
  afterTest(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  expect(tear()).toEqual(cut)
})

test('what somebody appended behind the fragment stays', () => {
  const { path: file } = opened()
  const one = AppendFile.openSync(file)
  afterTest(() => {
    one.closeSync()
  })
  const { start, end } = one.writeOnceSync(Buffer.from('torn'))
  appendFileSync(file, 'theirs\n')
  expect(one.rollbackSync({ start, end })).toMatchObject({ outcome: 'erased' })
  expect(textOf(file)).toBe(`${before}    theirs\n`)
})

describeAsRoot('as another user, or on another file system', () => {
  test('who does not own the file gets no lease, and the fragment is blanked', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'log.jsonl')
    chmodSync(folder, 0o755)
    writeFileSync(file, 'x'.repeat(1019) + '\n')
    chmodSync(file, 0o666)
    const stranger = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    const remote = await Remote.open({ type: 'AppendFile', path: file }, { fileLimit: 1, wrapper: stranger })
    expect(await remote.failure('append', 'torn line\n')).toMatchObject({
      code: 'EFBIG',
      state: 'failed',
      rollback: {
        outcome: 'erased',
        range: { start: 1020, end: 1024 },
        refused: [{ rung: 'lease', reason: 'EACCES', syscall: 'fcntl' }],
      },
    })
    expect(textOf(file).slice(1020)).toBe('    ')
  })

  describe('an overlayfs that is really mounted', () => {
    /** A path on it; `lower`: what the file below holds already. */
    function onOverlay(lower?: string): string {
      const base = temporaryFolder()
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', base])
      afterTest(() => execFileSync('umount', [base]))
      const [below, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => {
        const folder = path.join(base, name)
        mkdirSync(folder)
        return folder
      }) as [string, string, string, string]
      if (lower !== undefined) writeFileSync(path.join(below, 'log.jsonl'), lower)
      const layers = `lowerdir=${below},upperdir=${upper},workdir=${work}`
      execFileSync('mount', ['-t', 'overlay', '-o', layers, 'overlay', merged])
      afterTest(() => execFileSync('umount', [merged]))
      return path.join(merged, 'log.jsonl')
    }

    test('the fragment is cut off where nobody else has the file open', () => {
      const { path: file, tear, append } = opened(onOverlay())
      expect(tear()).toEqual(cut)
      expect(append('after\n')).toEqual({ start: 7, end: 13 })
      expect(textOf(file)).toBe(`${before}after\n`)
    })

    test('it is blanked, in its place, where somebody reads the file', () => {
      const { path: file, tear, append } = opened(onOverlay())
      const reader = openSync(file, 'r')
      afterTest(() => {
        closeSync(reader)
      })
      expect(tear()).toEqual(blanked)
      expect(append('after\n')).toEqual({ start: 11, end: 17 })
      // Not appended, as RWF_NOAPPEND would there.
      expect(textOf(file)).toBe(`${before}    after\n`)
    })

    test('a file of the lower layer is gone on with, and a torn line of it mended', async () => {
      const file = onOverlay('{"n":1}\n{"n":')
      const recorder = await Recorder.open(file)
      expect(recorder.repair).not.toBeNull()
      expect(await recorder.append({ n: 2 })).toEqual({ start: 8, end: 16 })
      await recorder.close()
      expect(textOf(file)).toBe('{"n":1}\n{"n":2}\n')
      expect(await failureOf(() => recorder.append(3))).toMatchObject({ code: 'ERR_CLOSED' })
    })
  })
})
