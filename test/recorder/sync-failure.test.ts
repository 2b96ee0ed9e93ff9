// onSyncFailure: what becomes of a recorder whose sync has failed. Syncing again proves nothing (W6), so
// records are written again, in place or in a new file, or nothing more is taken; what was acknowledged as
// synced is in the file that counts, once (W3, W5).

import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import {
  AppendFile,
  type AppendError,
  type Move,
  type Recorder,
  type RecorderOptions,
} from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, type Fault } from '../support/faulty-door.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { textAt, valuesOf } from '../support/temporary.js'

const EIO = 5
const ENOSPC = 28
const EACCES = 13

type Faults = ConstructorParameters<typeof FaultyDoor>[0]

interface Opened {
  readonly recorder: Recorder
  readonly door: FaultyDoor
  readonly path: string
  readonly moves: Move[]
}

function open(options: RecorderOptions, faults: Faults): Opened {
  const door = new FaultyDoor(faults)
  const recorder = openRecorderThrough(door, options)
  const moves: Move[] = []
  recorder.on('moved', (move) => moves.push(move))
  return { recorder, door, path: recorder.path, moves }
}

/** The second synced write fails in its sync. */
function secondSyncFails(): Fault[] {
  return [{}, { errno: EIO }]
}

/** Somebody else has the file open, which denies the lease. */
function readBySomebody(path: string): void {
  const fd = openSync(path, 'r')
  afterTest(() => {
    closeSync(fd)
  })
}

const always = { fsync: 'always' } as const
/** A timer that never comes within a test. */
const byTimer = { fsync: { everyMs: 600_000 } } as const

describe("'fail'", () => {
  const option = { onSyncFailure: 'fail' } as const

  const failing: [string, RecorderOptions, () => Faults, (recorder: Recorder) => unknown][] = [
    ['an append', always, () => ({ writeAndSync: secondSyncFails() }), (one) => one.append('lost?')],
    ['a sync()', byTimer, () => ({ sync: secondSyncFails() }), (one) => syncOf(one, 'lost?')],
  ]

  async function syncOf(recorder: Recorder, value: unknown): Promise<void> {
    recorder.write(value)
    await recorder.sync()
  }

  async function safe(recorder: Recorder, options: RecorderOptions): Promise<void> {
    await recorder.append('safe')
    if (options.fsync !== 'always') await recorder.sync()
  }

  test.each(failing)(
    '%s whose sync failed is indeterminate, and says from which offset on',
    async (_, options, faults, fail) => {
      const { recorder, path, moves } = open({ ...options, ...option }, faults())
      await safe(recorder, options)
      expect(await failureOf(() => fail(recorder))).toMatchObject({
        code: 'EIO',
        syscall: 'fdatasync',
        path,
        state: 'indeterminate',
        unsyncedFrom: 7,
        retryable: false,
      })
      expect(moves).toEqual([])
      expect(recorder.path).toBe(path)
    },
  )

  const later: [string, (recorder: Recorder) => unknown][] = [
    ['append', (recorder) => recorder.append('later')],
    ['appendSync', (recorder) => recorder.appendSync('later')],
    ['appendAll', (recorder) => recorder.appendAll(['later'])],
    ['sync', (recorder) => recorder.sync()],
    ['close', (recorder) => recorder.close()],
  ]

  describe.each(failing)('after %s that failed', (_, options, faults, fail) => {
    test.each(later)('%s is refused with the first error', async (__, call) => {
      const { recorder, path, door } = open({ ...options, ...option }, faults())
      await safe(recorder, options)
      const first = await failureOf(() => fail(recorder))
      const writes = door.calls.write
      const error = (await failureOf(() => call(recorder))) as AppendError
      expect(error).toMatchObject({ kind: 'Poisoned', code: 'EIO', syscall: 'fdatasync', unsyncedFrom: 7 })
      expect(error.cause).toBe(first)
      expect(door.calls.write).toBe(writes)
      expect(valuesOf(path)).toEqual(['safe', 'lost?'])
    })
  })

  test('a write() stays in memory, and after reopen goes to another file, never behind what was not synced', async () => {
    const { recorder, path } = open({ ...always, ...option }, { writeAndSync: [{ errno: EIO }] })
    const errors: AppendError[] = []
    recorder.on('error', (error) => errors.push(error))
    await failureOf(() => recorder.append('lost?'))
    recorder.write('kept')
    expect(await failureOf(() => recorder.flush())).toMatchObject({ kind: 'Poisoned' })
    expect(await failureOf(() => recorder.reopen())).toMatchObject({ kind: 'Poisoned' })
    expect(await failureOf(() => recorder.flush())).toMatchObject({ kind: 'Poisoned' })
    // That the old file has never been synced is told once more, and then it goes on.
    expect(await failureOf(() => recorder.reopen(`${path}.new`))).toMatchObject({ kind: 'Poisoned' })
    await recorder.flush()
    expect(new Set(errors.map(({ kind }) => kind))).toEqual(new Set(['Poisoned']))
    expect([valuesOf(path), valuesOf(`${path}.new`)]).toEqual([['lost?'], ['kept']])
  })
})

describe("'rescue', the default", () => {
  test('an append is written again in its place, and is acknowledged there', async () => {
    const { recorder, door, path, moves } = open(always, { writeAndSync: secondSyncFails() })
    await recorder.append('safe')
    const range = await recorder.append('again')
    expect(range).toEqual({ start: 7, end: 15 })
    expect(moves).toEqual([{ from: path, to: path, what: 'rescued' }])
    // Cut off and written once more, and synced by another open file.
    expect(door.calls).toMatchObject({ rewriteUnderLease: 1, open: 2, sync: 1 })
    await recorder.append('after')
    expect(valuesOf(path)).toEqual(['safe', 'again', 'after'])
    await expect(recorder.close()).resolves.toBeUndefined()
  })

  test('the same under an exclusive lock, which the rescued file still holds', async () => {
    const options = { ...always, lock: 'exclusive' } as const
    const { recorder, path, moves } = open(options, { writeAndSync: secondSyncFails() })
    await recorder.append('safe')
    await recorder.append('again')
    expect(moves).toMatchObject([{ what: 'rescued' }])
    expect(thrownBy(() => AppendFile.openSync(path))).toMatchObject({ kind: 'ResourceBusy' })
    expect(valuesOf(path)).toEqual(['safe', 'again'])
  })

  test('where somebody reads the file it goes on in a new one, with the record once', async () => {
    const { recorder, path, moves } = open(always, { writeAndSync: secondSyncFails() })
    readBySomebody(path)
    await recorder.append('safe')
    const range = await recorder.append('again')
    await recorder.append('after')
    expect(moves).toEqual([{ from: path, to: `${path}.1`, what: 'rotated' }])
    expect(recorder.path).toBe(`${path}.1`)
    expect(valuesOf(`${path}.1`)).toEqual(['again', 'after'])
    expect(textAt(`${path}.1`, range)).toBe('"again"\n')
    expect(valuesOf(path)[0]).toBe('safe')
  })

  test('records that were acknowledged before the sync are not cut off: they go to a new file', async () => {
    const { recorder, path, moves, door } = open(byTimer, { sync: secondSyncFails() })
    await recorder.append('safe')
    await recorder.sync()
    await recorder.append(1)
    await recorder.append(2)
    await recorder.sync()
    expect(moves).toEqual([{ from: path, to: `${path}.1`, what: 'rotated' }])
    expect(valuesOf(`${path}.1`)).toEqual([1, 2])
    expect(valuesOf(path)).toEqual(['safe', 1, 2])
    expect(door.calls.rewriteUnderLease).toBe(0)
    await recorder.append(3)
    await recorder.close()
    expect(valuesOf(`${path}.1`)).toEqual([1, 2, 3])
  })

  test('where no new file can be made either, it is the failure that is told', async () => {
    const { recorder, path, moves } = open(always, {
      writeAndSync: secondSyncFails(),
      open: [{}, { errno: EACCES }],
    })
    readBySomebody(path)
    await recorder.append('safe')
    expect(await failureOf(() => recorder.append('lost?'))).toMatchObject({
      code: 'EIO',
      state: 'indeterminate',
      unsyncedFrom: 7,
    })
    expect(await failureOf(() => recorder.append('later'))).toMatchObject({ kind: 'Poisoned' })
    expect(moves).toEqual([])
    expect(recorder.path).toBe(path)
  })
})

describe("'rotate'", () => {
  const rotating = { onSyncFailure: 'rotate' } as const

  test('goes on in a new file with the append whose sync failed', async () => {
    const { recorder, path, moves } = open({ ...always, ...rotating }, { writeAndSync: secondSyncFails() })
    await recorder.append('safe')
    const range = await recorder.append('again')
    expect(range).toEqual({ start: 0, end: 8 })
    expect(textAt(`${path}.1`, range)).toBe('"again"\n')
    expect(moves).toEqual([{ from: path, to: `${path}.1`, what: 'rotated' }])
    expect(recorder.path).toBe(`${path}.1`)
  })

  test('never writes into a file that is there already', async () => {
    const { recorder, path } = open({ ...always, ...rotating }, { writeAndSync: [{ errno: EIO }] })
    writeFileSync(`${path}.1`, 'others\n')
    await recorder.append('again')
    expect(recorder.path).toBe(`${path}.2`)
    expect(valuesOf(`${path}.2`)).toEqual(['again'])
  })

  test('what waits behind the append whose sync failed follows it, in order, each once', async () => {
    const faults = { writeAndSync: [{}, { errno: EIO }, {}, { errno: EIO }] }
    const { recorder, path, moves } = open({ ...always, ...rotating }, faults)
    const given = Array.from({ length: 40 }, (_, i) => i)
    const acknowledged: number[] = []
    for (const value of given.slice(0, 20)) {
      // Every other one is waited for, so that there are many batches.
      const appended = recorder.append(value).then(() => acknowledged.push(value))
      if (value % 4 === 0) await appended
    }
    await Promise.all(
      given.slice(20).map((value) => recorder.append(value).then(() => acknowledged.push(value))),
    )
    await recorder.close()
    expect(acknowledged).toEqual(given)
    expect(moves.map(({ what }) => what)).toEqual(['rotated', 'rotated'])
    expect(moves[0]?.from).toBe(path)
    // What the files before lost in doubt stands whole at the head of the next.
    const files = [path, ...moves.map(({ to }) => to)].map((file) => valuesOf(file) as number[])
    const heads = files.slice(1).map((values) => values[0] ?? Number.NaN)
    const counted = files.flatMap((values, i) => values.filter((value) => !(value >= (heads[i] ?? Infinity))))
    expect(counted).toEqual(given)
  })

  test('where the new file cannot be written, nothing of it is left there and the failure is told', async () => {
    const { recorder, path } = open(
      { ...always, ...rotating },
      { writeAndSync: [{ errno: EIO }], write: [{}, { landed: 3 }, { errno: ENOSPC }] },
    )
    expect(await failureOf(() => recorder.append('lost?'))).toMatchObject({
      code: 'EIO',
      state: 'indeterminate',
      unsyncedFrom: 0,
    })
    expect(recorder.path).toBe(path)
    expect(existsSync(`${path}.1`) ? valuesOf(`${path}.1`) : []).toEqual([])
  })
})

describe('without fsync', () => {
  test('a sync() that failed is told whatever the option says, and nothing is moved', async () => {
    const { recorder, moves } = open({ onSyncFailure: 'rotate' }, { sync: [{ errno: EIO }] })
    await recorder.append(1)
    expect(await failureOf(() => recorder.sync())).toMatchObject({ code: 'EIO', state: 'indeterminate' })
    expect(await failureOf(() => recorder.append(2))).toMatchObject({ kind: 'Poisoned' })
    expect(moves).toEqual([])
  })
})

describe('closing', () => {
  const closes: [string, (recorder: Recorder) => unknown][] = [
    ['close', (recorder) => recorder.close()],
    [
      'closeSync',
      (recorder) => {
        recorder.closeSync()
      },
    ],
  ]

  test.each(closes)('%s saves in a new file what the last sync has failed for', async (_, close) => {
    const { recorder, path, moves } = open(byTimer, { sync: [{ errno: EIO }] })
    await recorder.append('kept')
    await close(recorder)
    expect(moves).toEqual([{ from: path, to: `${path}.1`, what: 'rotated' }])
    expect(valuesOf(`${path}.1`)).toEqual(['kept'])
  })

  test.each(closes)('%s tells that the last sync failed where nothing is to be saved', async (_, close) => {
    const { recorder, path } = open({ ...byTimer, onSyncFailure: 'fail' }, { sync: [{ errno: EIO }] })
    await recorder.append('lost?')
    expect(await failureOf(() => close(recorder))).toMatchObject({
      code: 'EIO',
      syscall: 'fdatasync',
      path,
      state: 'indeterminate',
      unsyncedFrom: 0,
    })
    expect(valuesOf(path)).toEqual(['lost?'])
  })

  test.each(closes)('%s tells that close(2) failed', async (_, close) => {
    const { recorder, path } = open(always, { close: [{ errno: EIO }] })
    await recorder.append('written')
    expect(await failureOf(() => close(recorder))).toMatchObject({
      code: 'EIO',
      syscall: 'close',
      path,
      state: 'indeterminate',
    })
  })
})
