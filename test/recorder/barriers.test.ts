// flush, sync and close: what they wait for, and what may be done after them.

import { renameSync } from 'node:fs'
import { AppendError, type Recorder } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { openDescriptorsOf } from '../support/open-descriptors.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { Remote } from '../support/remote-file.js'
import { linesOf, temporaryPath, textOf } from '../support/temporary.js'

const EIO = 5

type Finish = (recorder: Recorder) => unknown

const finishes: [string, Finish][] = [
  ['flush', (recorder) => recorder.flush()],
  [
    'flushSync',
    (recorder) => {
      recorder.flushSync()
    },
  ],
  ['sync', (recorder) => recorder.sync()],
  ['close', (recorder) => recorder.close()],
  [
    'closeSync',
    (recorder) => {
      recorder.closeSync()
    },
  ],
  ['await using', (recorder) => recorder[Symbol.asyncDispose]()],
]

describe.each(finishes)('%s', (_, finish) => {
  test('is over when all that was given before is in the file', async () => {
    const recorder = openRecorder()
    for (let i = 0; i < 1000; i++) recorder.write({ i, text: 'x'.repeat(i) })
    void recorder.append('awaited')
    void recorder.appendAll(['a', 'b'])
    await finish(recorder)
    expect(linesOf(recorder.path)).toHaveLength(1003)
    expect(recorder.pendingBytes).toBe(0)
  })

  test('with nothing given is over at once', async () => {
    const recorder = openRecorder()
    await finish(recorder)
    expect(textOf(recorder.path)).toBe('')
  })

  test('with batches in flight waits for them', async () => {
    const recorder = openRecorder()
    for (let i = 0; i < 8; i++) recorder.write('x'.repeat(300_000))
    await finish(recorder)
    expect(linesOf(recorder.path)).toHaveLength(8)
  })
})

test('flush waits for what was given before it, not for what comes after', async () => {
  const recorder = openRecorder()
  recorder.write('before')
  const flushed = recorder.flush()
  recorder.write('x'.repeat(300_000))
  await flushed
  expect(textOf(recorder.path)).toMatch(/^"before"\n/)
})

test('20,000 flushes in one turn all resolve', async () => {
  const path = temporaryPath()
  // In a process of its own: a full stack leaves nothing to go on with.
  const remote = await Remote.open({ type: 'Recorder', path })
  const flushes = Array.from({ length: 20_000 }, () => ['flush'] as const)
  const answers = await remote.calls(['write', 1], ...flushes)
  expect(answers.filter(({ error }) => error !== undefined)).toEqual([])
  expect(textOf(path)).toBe('1\n')
})

test('flushes between records keep their places', async () => {
  const recorder = openRecorder()
  const seen: string[] = []
  const flushes = [1, 2, 3].map((i) => {
    recorder.write(i)
    return recorder.flush().then(() => seen.push(textOf(recorder.path)))
  })
  await Promise.all(flushes)
  expect(seen.map((text, i) => text.startsWith('1\n2\n3\n'.slice(0, 2 * (i + 1))))).toEqual([
    true,
    true,
    true,
  ])
})

test('close gives the descriptor back and tells so by its event, once', async () => {
  const recorder = openRecorder()
  let closes = 0
  recorder.on('close', () => closes++)
  expect(openDescriptorsOf(recorder.path)).toBeGreaterThan(0)
  const closing = recorder.close()
  expect(recorder.close()).toBe(closing)
  recorder.closeSync()
  await closing
  await recorder.close()
  expect(closes).toBe(1)
  expect(openDescriptorsOf(recorder.path)).toBe(0)
})

test('closeSync while close is on its way ends it', () => {
  const recorder = openRecorder()
  for (let i = 0; i < 5; i++) recorder.write('x'.repeat(300_000))
  void recorder.close()
  recorder.closeSync()
  expect(linesOf(recorder.path)).toHaveLength(5)
  expect(openDescriptorsOf(recorder.path)).toBe(0)
})

describe.each<[string, Finish]>([
  [
    'closed',
    (recorder) => {
      recorder.closeSync()
    },
  ],
  ['about to be closed', (recorder) => void recorder.close()],
])('a recorder that is %s', (_, close) => {
  const calls: [string, Finish][] = [
    ['write', (recorder) => recorder.write(1)],
    ['writeLine', (recorder) => recorder.writeLine('1')],
    ['append', (recorder) => recorder.append(1)],
    ['appendLine', (recorder) => recorder.appendLine('1')],
    ['appendSync', (recorder) => recorder.appendSync(1)],
    ['appendLineSync', (recorder) => recorder.appendLineSync('1')],
    ['appendLineSync of bytes', (recorder) => recorder.appendLineSync(Buffer.from('1'))],
    ['appendAll', (recorder) => recorder.appendAll([1])],
    ['flush', (recorder) => recorder.flush()],
    [
      'flushSync',
      (recorder) => {
        recorder.flushSync()
      },
    ],
    ['sync', (recorder) => recorder.sync()],
    ['reopen', (recorder) => recorder.reopen()],
  ]

  test.each(calls)('refuses %s', async (__, call) => {
    const recorder = openRecorder()
    recorder.write('before')
    close(recorder)
    const error = await failureOf(() => call(recorder))
    expect(error).toBeInstanceOf(AppendError)
    expect(error).toMatchObject({ code: 'ERR_CLOSED', kind: 'InvalidInput', path: recorder.path })
    await recorder.close()
    expect(textOf(recorder.path)).toBe('"before"\n')
  })
})

test('what was given before close in the same turn is recorded, what comes after is refused', async () => {
  const recorder = openRecorder()
  recorder.write('before')
  const closing = recorder.close()
  expect(() => recorder.write('after')).toThrow(AppendError)
  await closing
  expect(textOf(recorder.path)).toBe('"before"\n')
})

test('sync is refused after a failed one, and so is every append (W6)', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ sync: [{ errno: EIO }] }))
  const first = recorder.append('before')
  expect(await failureOf(() => recorder.sync())).toMatchObject({
    code: 'EIO',
    state: 'indeterminate',
    unsyncedFrom: 0,
  })
  await expect(first).resolves.toEqual({ start: 0, end: 9 })
  for (const call of [() => recorder.append(1), () => recorder.appendSync(1), () => recorder.sync()]) {
    expect(await failureOf(call)).toMatchObject({ kind: 'Poisoned', code: 'EIO', unsyncedFrom: 0 })
  }
  expect(textOf(recorder.path)).toBe('"before"\n')
})

test('a write after a failed sync is told by the event error, once for each attempt, and kept', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ sync: [{ errno: EIO }] }))
  const errors: AppendError[] = []
  recorder.on('error', (error) => {
    errors.push(error)
    // Without this a recorder that tries without end would end in a full memory.
    if (errors.length > 10) throw new Error('told without end')
  })
  await failureOf(() => recorder.sync())
  recorder.write('kept')
  await new Promise(setImmediate)
  expect(errors).toEqual([expect.objectContaining({ kind: 'Poisoned', code: 'EIO' })])
  expect(await failureOf(() => recorder.flush())).toMatchObject({ kind: 'Poisoned' })
  await recorder.reopen()
  await recorder.flush()
  expect(textOf(recorder.path)).toBe('"kept"\n')
})

test('a recorder on a file that was renamed before its first sync can be synced', async () => {
  const recorder = openRecorder()
  await recorder.append(1)
  renameSync(recorder.path, `${recorder.path}.1`)
  await expect(recorder.sync()).resolves.toBeUndefined()
})
