// The option fsync, as the kernel sees it (W5): strace tells which syncs were asked for, and when.

import { appendFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Recorder } from '../../lib/index.js'
import { runProgram } from '../support/children.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor, type Fault } from '../support/faulty-door.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { temporaryFolder, textOf } from '../support/temporary.js'

const EPERM = 1
const EIO = 5
const ENOSPC = 28

/**
 * What strace saw, in the order of the ends: `W` a write to the file, `S` an fdatasync of it, `A` an
 * acknowledgement; and which directories were synced.
 */
interface Seen {
  readonly sequence: string
  readonly directories: readonly string[]
}

function readTrace(trace: string, file: string): Seen {
  const begun = new Map<string, string>()
  const seen = { sequence: '', directories: [] as string[] }
  for (const line of trace.split('\n')) {
    const [process = '', ...rest] = line.split(/\s+/)
    const text = rest.join(' ')
    if (text.includes('<unfinished ...>')) {
      begun.set(process, text)
      continue
    }
    const call = text.startsWith('<...') ? (begun.get(process) ?? '') : text
    if (call.startsWith('write(') && call.includes(`<${file}>`)) seen.sequence += 'W'
    else if (call.startsWith('fdatasync(') && call.includes(`<${file}>`)) seen.sequence += 'S'
    else if (call.startsWith('write(1<') && call.includes('"ack')) seen.sequence += 'A'
    else if (call.startsWith('fsync(')) seen.directories.push(/<(.*)>/.exec(call)?.[1] ?? '')
  }
  return seen
}

async function trace(options: object, how: string, { wait = false, name = 'log.jsonl' } = {}): Promise<Seen> {
  const folder = temporaryFolder()
  const file = path.join(folder, name)
  const log = path.join(folder, 'trace')
  const wrapper = ['strace', '-f', '-y', '-o', log, '-e', 'trace=write,fdatasync,fsync']
  const args = [file, JSON.stringify(options), how, ...(wait ? [log] : [])]
  const { code, stderr } = await runProgram('syncs.cjs', args, { wrapper })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { sequence, directories } = readTrace(readFileSync(log, 'utf8'), file)
  return { sequence, directories: directories.map((directory) => path.relative(folder, directory)) }
}

describe("fsync: 'always'", () => {
  test.each(['append', 'appendWithSync', 'appendAll', 'appendSync', 'flush', 'flushSync'])(
    '%s is acknowledged only when its record is on the disk',
    async (how) => {
      expect((await trace({ fsync: 'always' }, how)).sequence).toBe('WSAWSAWSA')
    },
  )

  test("flushMode 'sync' does the same", async () => {
    expect((await trace({ fsync: 'always', flushMode: 'sync' }, 'append')).sequence).toBe('WSAWSAWSA')
  })

  test('the directory of a new file is synced before, once, and so are those that were made', async () => {
    const { sequence, directories } = await trace({ fsync: 'always' }, 'append', { name: 'a/b/log.jsonl' })
    expect(directories).toEqual(['a/b', 'a', ''])
    expect(sequence).toBe('WSAWSAWSA')
  })
})

describe("fsync: 'never'", () => {
  test('nothing is synced, not even at the end', async () => {
    expect(await trace({}, 'append')).toEqual({ sequence: 'WAWAWA', directories: [] })
  })

  test('append with sync: true is on the disk all the same', async () => {
    expect((await trace({}, 'appendWithSync')).sequence).toBe('WSAWSAWSA')
  })

  test('sync() resolves when it is on the disk', async () => {
    const { sequence, directories } = await trace({}, 'sync')
    expect(sequence).toBe('WSAWSAWSA')
    expect(directories).toEqual([''])
  })
})

describe('fsync: { everyMs }', () => {
  test('syncs by itself after a while', async () => {
    const { sequence } = await trace({ fsync: { everyMs: 1 } }, 'append', { wait: true })
    expect(sequence).toContain('S')
  })

  test('syncs at the end of the process what is not synced yet, once', async () => {
    expect((await trace({ fsync: { everyMs: 600_000 } }, 'append')).sequence).toBe('WAWAWAS')
  })

  describe('by the clock', () => {
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] })
    })

    afterEach(() => {
      jest.useRealTimers()
    })

    function open(...sync: Fault[]): { recorder: Recorder; syncs: () => number } {
      const door = new FaultyDoor({ sync })
      const recorder = openRecorderThrough(door, { fsync: { everyMs: 100 }, onSyncFailure: 'fail' })
      return { recorder, syncs: () => door.calls.sync }
    }

    test('syncs that long after the first append, once for all of them, and not without an append', async () => {
      const { recorder, syncs } = open()
      await recorder.append(1)
      jest.advanceTimersByTime(99)
      await recorder.append(2)
      await recorder.flush()
      expect(syncs()).toBe(0)
      jest.advanceTimersByTime(1)
      await recorder.append(3)
      expect(syncs()).toBe(1)
      jest.advanceTimersByTime(100)
      await recorder.append(4)
      expect(syncs()).toBe(2)
      await recorder.sync()
      jest.advanceTimersByTime(1000)
      await recorder.close()
      // One by sync(), none by the clock or by closing: nothing was appended since.
      expect(syncs()).toBe(3)
    })

    test('appendSync starts the clock, too', () => {
      const { recorder, syncs } = open()
      recorder.appendSync(1)
      jest.advanceTimersByTime(100)
      recorder.flushSync()
      expect(syncs()).toBe(1)
    })

    test('close syncs what is not synced yet', async () => {
      const { recorder, syncs } = open()
      await recorder.append(1)
      await recorder.close()
      expect(syncs()).toBe(1)
    })

    test('a sync by the clock that fails is told by the event error, and poisons the file', async () => {
      const { recorder } = open({ errno: EIO })
      const errors: unknown[] = []
      recorder.on('error', (error) => errors.push(error))
      await recorder.append(1)
      jest.advanceTimersByTime(100)
      expect(await failureOf(() => recorder.append(2))).toMatchObject({ kind: 'Poisoned', code: 'EIO' })
      expect(errors).toEqual([expect.objectContaining({ code: 'EIO', unsyncedFrom: 0 })])
    })
  })
})

describe("fsync: 'always' when something fails", () => {
  test('records of a batch that was cut short are acknowledged only when they are on the disk', async () => {
    const door = new FaultyDoor({ write: [{ landed: 5 }, { errno: ENOSPC }] })
    const recorder = openRecorderThrough(door, { fsync: 'always' })
    const settled = await Promise.allSettled([recorder.append(100), recorder.append(200)])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(door.calls.sync).toBe(1)
  })

  test('the same behind a foreign line, where what landed could not be blanked', async () => {
    const door = new FaultyDoor({ write: [{ landed: 9 }], erase: [{ errno: EPERM }] })
    const recorder = openRecorderThrough(door, { fsync: 'always' })
    appendFileSync(recorder.path, '{"torn":')
    const settled = await Promise.allSettled([100, 200, 300].map((value) => recorder.append(value)))
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
    expect(door.calls.sync).toBe(1)
  })

  test('a record that was not written, for its directory could not be synced, is told as failed', async () => {
    const door = new FaultyDoor({ syncDirectories: [{ errno: EIO }] })
    const recorder = openRecorderThrough(door, { fsync: 'always' })
    expect(await failureOf(() => recorder.append('never written'))).toMatchObject({
      code: 'EIO',
      syscall: 'fsync',
      range: null,
      state: 'failed',
    })
    expect(textOf(recorder.path)).toBe('')
  })

  test('a write() that was not written, for its directory could not be synced, is kept for another file', async () => {
    const door = new FaultyDoor({ syncDirectories: [{ errno: EIO }] })
    const recorder = openRecorderThrough(door, { fsync: 'always' })
    recorder.on('error', () => undefined)
    recorder.write('kept')
    await failureOf(() => recorder.flush())
    expect(textOf(recorder.path)).toBe('')
    await recorder.reopen()
    await recorder.flush()
    expect(textOf(recorder.path)).toBe('"kept"\n')
  })

  test('an append whose sync failed is indeterminate, with its range, and is not done again', async () => {
    const door = new FaultyDoor({ writeAndSync: [{ errno: EIO }] })
    const recorder = openRecorderThrough(door, { fsync: 'always', onSyncFailure: 'fail' })
    expect(await failureOf(() => recorder.append('perhaps'))).toMatchObject({
      code: 'EIO',
      syscall: 'fdatasync',
      state: 'indeterminate',
      range: { start: 0, end: 10 },
      unsyncedFrom: 0,
    })
    expect(await failureOf(() => recorder.append('after'))).toMatchObject({ kind: 'Poisoned' })
    expect(textOf(recorder.path)).toBe('"perhaps"\n')
  })
})
