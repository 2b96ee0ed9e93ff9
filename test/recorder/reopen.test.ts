// Log rotation: what was given before is in the old file, what is given after in the new one; nothing is
// lost, split or doubled, and where the new file cannot be opened nothing has changed.

import { renameSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppendFile, type AppendError } from '../../lib/index.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { openDescriptorsOf } from '../support/open-descriptors.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { temporaryFolder, textAt, textOf, valuesOf } from '../support/temporary.js'

const ENOSPC = 28
const EIO = 5

test('after a rename, records before it are in the old file and records after it in the new', async () => {
  const recorder = openRecorder()
  for (let i = 0; i < 100; i++) recorder.write(i)
  renameSync(recorder.path, `${recorder.path}.1`)
  const reopened = recorder.reopen()
  for (let i = 100; i < 200; i++) recorder.write(i)
  await reopened
  const range = await recorder.append(200)
  expect(valuesOf(`${recorder.path}.1`)).toEqual([...Array(100).keys()])
  expect(valuesOf(recorder.path)).toEqual([...Array(101).keys()].map((i) => i + 100))
  expect(textAt(recorder.path, range)).toBe('200\n')
  expect(openDescriptorsOf(`${recorder.path}.1`)).toBe(0)
})

test.each([{}, { flushMode: 'sync' }, { fsync: 'always' }] as const)(
  'ten rotations while writers go on lose, split and double nothing, with %j',
  async (options) => {
    const recorder = openRecorder(options)
    const { path: live } = recorder
    let next = 0
    const writer = async (give: (value: object) => unknown): Promise<void> => {
      for (let i = 0; i < 100; i++) {
        for (let j = 0; j < 5; j++) void give({ n: next++, text: 'x'.repeat((i * 131) % 3000) })
        await recorder.flush()
      }
    }
    const rotator = async (): Promise<void> => {
      for (let i = 1; i <= 10; i++) {
        await recorder.append({ n: next++ })
        renameSync(live, `${live}.${i}`)
        await recorder.reopen()
      }
    }
    await Promise.all([
      rotator(),
      writer((value) => recorder.write(value)),
      writer((value) => recorder.append(value)),
      writer((value) => recorder.appendAll([value])),
      writer((value) => recorder.appendSync(value)),
    ])
    await recorder.close()
    const files = [...Array.from({ length: 10 }, (_, i) => `${live}.${i + 1}`), live]
    const all = files.flatMap((file) => valuesOf(file) as { n: number }[]).map(({ n }) => n)
    expect(all).toEqual([...Array(next).keys()])
  },
)

test('to another path: path, ranges and errors are of the new file', async () => {
  const recorder = openRecorder({ maxRecordBytes: 20, maxBufferedBytes: 30 })
  const old = recorder.path
  const other = path.join(temporaryFolder(), 'deep', 'other.jsonl')
  await recorder.append('old')
  await recorder.reopen(pathToFileURL(other))
  expect(recorder.path).toBe(other)
  expect(await recorder.append('new')).toEqual({ start: 0, end: 6 })
  expect([textOf(old), textOf(other)]).toEqual(['"old"\n', '"new"\n'])
  recorder.write('x'.repeat(15))
  for (const call of [() => recorder.write('x'.repeat(30)), () => recorder.write('x'.repeat(15))]) {
    const error = await failureOf(call)
    expect(error).toMatchObject({ path: other })
    expect((error as Error).message).toContain(other)
  }
})

test('without a path after another path stays with the newest', async () => {
  const recorder = openRecorder()
  const other = path.join(temporaryFolder(), 'other.jsonl')
  recorder.write('old')
  const moved = recorder.reopen(other)
  const again = recorder.reopen()
  recorder.write('new')
  await Promise.all([moved, again, recorder.flush()])
  expect(recorder.path).toBe(other)
  expect(textOf(other)).toBe('"new"\n')
})

test('where nothing was renamed it goes on in the same file', async () => {
  const recorder = openRecorder()
  await recorder.append(1)
  await recorder.reopen()
  expect(await recorder.append(2)).toEqual({ start: 2, end: 4 })
  expect(textOf(recorder.path)).toBe('1\n2\n')
})

test('to a path that cannot be opened rejects, and the old file stays in use', async () => {
  const recorder = openRecorder()
  const folder = temporaryFolder()
  recorder.write('before')
  const error = await failureOf(() => recorder.reopen(folder))
  expect(error).toMatchObject({ code: 'EISDIR', kind: 'IsADirectory', path: folder })
  expect(await recorder.append('after')).toEqual({ start: 9, end: 17 })
  expect(textOf(recorder.path)).toBe('"before"\n"after"\n')
})

test.each(['', 'a\0b', 5, undefined])(
  'to %p: a wrong path is refused at the call, undefined is the same path',
  async (wrong) => {
    const recorder = openRecorder()
    const outcome = await failureOf(async () => {
      await recorder.reopen(wrong as string)
      throw new Error('reopened')
    })
    expect(outcome).toMatchObject(wrong === undefined ? { message: 'reopened' } : { name: 'TypeError' })
    await recorder.append(1)
    expect(textOf(recorder.path)).toBe('1\n')
  },
)

describe('under an exclusive lock', () => {
  const busy = { kind: 'ResourceBusy' }

  test('the lock goes along, also where the path leads to the same file', async () => {
    const recorder = openRecorder({ lock: 'exclusive' })
    await recorder.reopen()
    await recorder.append(1)
    expect(thrownBy(() => AppendFile.openSync(recorder.path))).toMatchObject(busy)
  })

  test('the lock of the old file is kept where the new one cannot be opened', async () => {
    const recorder = openRecorder({ lock: 'exclusive' })
    await failureOf(() => recorder.reopen(temporaryFolder()))
    expect(thrownBy(() => AppendFile.openSync(recorder.path))).toMatchObject(busy)
  })

  test('the old file is free afterwards', async () => {
    const recorder = openRecorder({ lock: 'exclusive' })
    const old = recorder.path
    await recorder.reopen(path.join(temporaryFolder(), 'other'))
    const other = AppendFile.openSync(old, { lock: 'exclusive' })
    other.closeSync()
    expect(openDescriptorsOf(old)).toBe(0)
  })

  test('a file that somebody else holds is refused', async () => {
    const recorder = openRecorder({ lock: 'exclusive' })
    const held = openRecorder({ lock: 'exclusive' })
    expect(await failureOf(() => recorder.reopen(held.path))).toMatchObject(busy)
    await recorder.append(1)
    expect([textOf(recorder.path), textOf(held.path)]).toEqual(['1\n', ''])
  })
})

test('what the old file could not take goes to the new one, once', async () => {
  const never = Array.from({ length: 2 }, () => ({ errno: ENOSPC }))
  const recorder = openRecorderThrough(new FaultyDoor({ write: never }))
  recorder.on('error', () => undefined)
  const old = recorder.path
  recorder.write('stuck')
  await failureOf(() => recorder.flush())
  await recorder.reopen(path.join(temporaryFolder(), 'roomy'))
  recorder.write('free')
  await recorder.flush()
  expect(textOf(old)).toBe('')
  expect(textOf(recorder.path)).toBe('"stuck"\n"free"\n')
})

test('a failed append before a reopen does not carry other records into the new file', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ write: [{ errno: ENOSPC }] }))
  const old = recorder.path
  const failed = failureOf(() => recorder.append('fails'))
  await Promise.resolve()
  recorder.write('old')
  const reopened = recorder.reopen(path.join(temporaryFolder(), 'other'))
  recorder.write('new')
  expect(await failed).toMatchObject({ code: 'ENOSPC' })
  await reopened
  await recorder.flush()
  expect([textOf(old), textOf(recorder.path)]).toEqual(['"old"\n', '"new"\n'])
})

test('the old file is synced before it is let go of where syncs were promised', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ sync: [{ errno: EIO }] }), {
    fsync: { everyMs: 60_000 },
  })
  await recorder.append('old')
  const error = (await failureOf(() => recorder.reopen())) as AppendError
  expect(error).toMatchObject({ code: 'EIO', syscall: 'fdatasync', state: 'indeterminate' })
})
