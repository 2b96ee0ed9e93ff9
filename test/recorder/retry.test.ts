// retry: what may pass is tried again by a schedule. Records wait in order and within bounds, each failure is
// told at once, and nothing is in the file twice (W3, W4, W8).

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { AppendError, Recorder, RecorderOptions } from '../../lib/index.js'
import type { Recovery } from '../../lib/recorder/retry-schedule.js'
import { afterTest } from '../support/after-test.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, type Fault } from '../support/faulty-door.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { Remote } from '../support/remote-file.js'
import { describeAsRoot } from '../support/needs.js'
import { temporaryFolder, temporaryPath, textOf, valuesOf } from '../support/temporary.js'

const EIO = 5
const EBADF = 9
const EAGAIN = 11
const EBUSY = 16
const EFBIG = 27
const ENOSPC = 28
const EROFS = 30
const EDQUOT = 122

interface Told {
  readonly errors: AppendError[]
  readonly recoveries: Recovery[]
}

function listen(recorder: Recorder): Told {
  const told: Told = { errors: [], recoveries: [] }
  recorder.on('error', (error) => told.errors.push(error))
  recorder.on('recovered', (recovery) => told.recoveries.push(recovery))
  return told
}

function failing(errno: number, times: number): Fault[] {
  return Array.from({ length: times }, () => ({ errno }))
}

describeAsRoot('on a disk that is really full', () => {
  interface FullDisk {
    readonly recorder: Recorder
    readonly told: Told
    /** Gives the room back. */
    readonly free: () => void
  }

  function openOnFullDisk(options: RecorderOptions): FullDisk {
    const folder = temporaryFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
    afterTest(() => execFileSync('umount', [folder]))
    const filler = path.join(folder, 'filler')
    const recorder = openRecorder(options, path.join(folder, 'log.jsonl'))
    // One page is left, so that records of 1,000 bytes are cut short.
    writeFileSync(filler, Buffer.alloc(65_536 - 4096))
    const free = (): void => {
      unlinkSync(filler)
    }
    return { recorder, told: listen(recorder), free }
  }

  const values = Array.from({ length: 30 }, (_, i) => ({ i, text: 'x'.repeat(980) }))
  const patient = { retry: { attempts: 1_000_000, minDelayMs: 1, maxDelayMs: 4 } }

  test('write() records wait, each failure is told, and all are there in order once there is room', async () => {
    const { recorder, told, free } = openOnFullDisk(patient)
    for (const value of values) recorder.write(value)
    for (let i = 0; i < 3; i++) await once(recorder, 'error')
    expect(told.errors.length).toBeGreaterThanOrEqual(3)
    for (const error of told.errors) {
      expect(error).toMatchObject({ code: 'ENOSPC', kind: 'StorageFull', state: 'failed', retryable: true })
    }
    expect(told.recoveries).toEqual([])
    // What fits is there, and not a byte of the next.
    const there = valuesOf(recorder.path)
    expect(there).toEqual(values.slice(0, there.length))
    free()
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual(values)
    expect(told.recoveries).toEqual([
      { failures: told.errors.length, durationMs: expect.any(Number) as number },
    ])
    expect(recorder.stats).toMatchObject({ records: 30, lostRecords: 0, retries: told.errors.length })
  })

  test('appends that wait are acknowledged in the end, at their ranges', async () => {
    const { recorder, free } = openOnFullDisk(patient)
    const appended = values.map((value) => recorder.append(value))
    await once(recorder, 'error')
    free()
    const ranges = await Promise.all(appended)
    const text = textOf(recorder.path)
    expect(ranges.map(({ start, end }) => text.slice(start, end))).toEqual(
      values.map((value) => `${JSON.stringify(value)}\n`),
    )
    expect(valuesOf(recorder.path)).toEqual(values)
  })

  test('what waits is bounded: more is refused as BufferFull, and nothing that was taken is lost', async () => {
    const { recorder, free } = openOnFullDisk({ ...patient, maxBufferedBytes: 10_000 })
    const taken: object[] = []
    let refusal: unknown = null
    for (let i = 0; refusal === null; i++) {
      const value = { i, text: 'x'.repeat(900) }
      try {
        recorder.write(value)
        taken.push(value)
      } catch (error) {
        refusal = error
      }
      expect(recorder.pendingBytes).toBeLessThanOrEqual(10_000)
      if (i === 5) await once(recorder, 'error')
    }
    expect(refusal).toMatchObject({ kind: 'BufferFull', state: 'failed', range: null, retryable: true })
    expect(await failureOf(() => recorder.append('x'.repeat(900)))).toMatchObject({ kind: 'BufferFull' })
    free()
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual(taken)
  })

  test('close while the next attempt is waited for tells the failure, and what fits is there', async () => {
    const never = { retry: { attempts: 5, minDelayMs: 600_000, maxDelayMs: 600_000 } }
    const { recorder } = openOnFullDisk(never)
    const appended = failureOf(() => recorder.append({ i: 0, text: 'x'.repeat(9000) }))
    await once(recorder, 'error')
    // On this thread it waits for nothing: neither for room nor for the clock.
    expect(
      thrownBy(() => {
        recorder.closeSync()
      }),
    ).toMatchObject({ code: 'ENOSPC', state: 'failed' })
    expect(await appended).toMatchObject({ code: 'ENOSPC' })
    expect(textOf(recorder.path)).toBe('')
    expect(recorder.stats).toMatchObject({ records: 0, lostRecords: 1, pendingBytes: 0 })
  })

  test('close that waits ends well once there is room', async () => {
    const { recorder, free } = openOnFullDisk(patient)
    for (const value of values) recorder.write(value)
    const closed = recorder.close()
    await once(recorder, 'error')
    free()
    await closed
    expect(valuesOf(recorder.path)).toEqual(values)
  })

  test('so does an abort', async () => {
    const controller = new AbortController()
    const { recorder, free } = openOnFullDisk({ ...patient, signal: controller.signal })
    for (const value of values) recorder.write(value)
    await once(recorder, 'error')
    const closed = once(recorder, 'close')
    controller.abort()
    free()
    await closed
    expect(valuesOf(recorder.path)).toEqual(values)
  })
})

describe('what may pass and what may not', () => {
  const quick = { retry: { attempts: 3, minDelayMs: 0, maxDelayMs: 0 } }

  test.each([
    ['ENOSPC', ENOSPC],
    ['EDQUOT', EDQUOT],
    ['EAGAIN', EAGAIN],
    ['EBUSY', EBUSY],
  ])('%s is tried again', async (code, errno) => {
    const recorder = openRecorderThrough(new FaultyDoor({ write: failing(errno, 3) }), quick)
    const { errors, recoveries } = listen(recorder)
    expect(await recorder.append('a')).toEqual({ start: 0, end: 4 })
    expect(errors.map((error) => error.code)).toEqual([code, code, code])
    expect(recoveries).toMatchObject([{ failures: 3 }])
  })

  test.each([
    ['EFBIG', EFBIG],
    ['EROFS', EROFS],
    ['EBADF', EBADF],
    ['EIO', EIO],
  ])('%s is not: the append fails at once', async (code, errno) => {
    const door = new FaultyDoor({ write: failing(errno, 1) })
    const recorder = openRecorderThrough(door, quick)
    const { errors, recoveries } = listen(recorder)
    expect(await failureOf(() => recorder.append('a'))).toMatchObject({ code, retryable: false })
    expect(door.calls.write).toBe(1)
    expect(recorder.stats.retries).toBe(0)
    await recorder.append('b')
    expect(errors).toEqual([])
    expect(recoveries).toHaveLength(1)
    expect(valuesOf(recorder.path)).toEqual(['b'])
  })

  test('a file that has reached its size limit (ulimit -f) is not tried again', async () => {
    const file = temporaryPath()
    const remote = await Remote.open(
      { type: 'Recorder', path: file, options: quick, listen: ['error', 'recovered'] },
      { fileLimit: 1 },
    )
    expect(await remote.failure('append', 'x'.repeat(2000))).toMatchObject({
      code: 'EFBIG',
      kind: 'FileTooLarge',
      range: { start: 0, end: 1024 },
    })
    expect(await remote.events()).toEqual([])
    expect(await remote.call('stats')).toMatchObject({ failures: 1, retries: 0 })
    expect(textOf(file)).toBe('')
  })

  test('a sync that failed is not tried again', async () => {
    const door = new FaultyDoor({ writeAndSync: failing(EAGAIN, 1) })
    const recorder = openRecorderThrough(door, { ...quick, fsync: 'always', onSyncFailure: 'fail' })
    listen(recorder)
    expect(await failureOf(() => recorder.append('a'))).toMatchObject({ state: 'indeterminate' })
    expect(door.calls.write).toBe(1)
  })

  test('with the attempts used up the last error is told, and nothing of it is in the file', async () => {
    const door = new FaultyDoor({ write: [...failing(ENOSPC, 3), ...failing(EDQUOT, 1)] })
    const recorder = openRecorderThrough(door, quick)
    const { errors } = listen(recorder)
    const error = await failureOf(() => recorder.append('a'))
    expect(error).toMatchObject({ code: 'EDQUOT', kind: 'QuotaExceeded' })
    expect(errors.map(({ code }) => code)).toEqual(['ENOSPC', 'ENOSPC', 'ENOSPC'])
    expect(door.calls.write).toBe(4)
    await recorder.append('b')
    expect(valuesOf(recorder.path)).toEqual(['b'])
  })

  test('write() records outlast the attempts, and go before what comes later', async () => {
    const recorder = openRecorderThrough(new FaultyDoor({ write: failing(ENOSPC, 4) }), quick)
    const { errors } = listen(recorder)
    recorder.write('a')
    expect(await failureOf(() => recorder.flush())).toMatchObject({ code: 'ENOSPC' })
    recorder.write('b')
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual(['a', 'b'])
    expect(errors).toHaveLength(3)
  })

  test('without a listener a failure that is tried again is not thrown', async () => {
    const recorder = openRecorderThrough(new FaultyDoor({ write: failing(ENOSPC, 2) }), quick)
    recorder.write('a')
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual(['a'])
  })

  test('without the option nothing is tried again', async () => {
    const door = new FaultyDoor({ write: failing(ENOSPC, 1) })
    const recorder = openRecorderThrough(door)
    expect(await failureOf(() => recorder.append('a'))).toMatchObject({ code: 'ENOSPC' })
    expect(door.calls.write).toBe(1)
  })
})

describe('by the clock', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] })
  })

  afterEach(() => {
    jest.useRealTimers()
  })

  function open(
    times: number,
    options: RecorderOptions = {},
  ): { recorder: Recorder; door: FaultyDoor; told: Told } {
    const door = new FaultyDoor({ write: failing(ENOSPC, times) })
    const retry = { attempts: 10, minDelayMs: 100, maxDelayMs: 350 }
    const recorder = openRecorderThrough(door, { retry, ...options })
    return { recorder, door, told: listen(recorder) }
  }

  test('delays double from minDelayMs to maxDelayMs, and what is given meanwhile starts no attempt', async () => {
    const { recorder, door, told } = open(5)
    const failed = once(recorder, 'error')
    const flushed: Promise<unknown>[] = [recorder.append(0)]
    await failed
    for (const [at, delay] of [100, 200, 350, 350].entries()) {
      recorder.write(at + 1)
      flushed.push(recorder.flush())
      jest.advanceTimersByTime(delay - 1)
      await new Promise(setImmediate)
      expect(door.calls.write).toBe(at + 1)
      const again = once(recorder, 'error')
      jest.advanceTimersByTime(1)
      await again
      expect(door.calls.write).toBe(at + 2)
    }
    jest.advanceTimersByTime(350)
    await Promise.all(flushed)
    expect(valuesOf(recorder.path)).toEqual([0, 1, 2, 3, 4])
    expect(told.recoveries).toEqual([{ failures: 5, durationMs: 100 + 200 + 350 + 350 + 350 }])
  })

  test('after a recovery the delays begin anew', async () => {
    const { recorder, door } = open(1)
    recorder.write(1)
    await once(recorder, 'error')
    const recovered = once(recorder, 'recovered')
    jest.advanceTimersByTime(100)
    await recovered
    door.faults.write?.push({ errno: ENOSPC })
    recorder.write(2)
    await once(recorder, 'error')
    jest.advanceTimersByTime(100)
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual([1, 2])
  })

  test('appendSync behind records that wait tries at once, and its own record goes last', async () => {
    const { recorder } = open(1)
    recorder.write('first')
    await once(recorder, 'error')
    expect(recorder.appendSync('second')).toEqual({ start: 8, end: 17 })
    expect(valuesOf(recorder.path)).toEqual(['first', 'second'])
  })

  test('appendSync that fails behind them is told, and its record never comes', async () => {
    const { recorder } = open(2)
    recorder.write('first')
    await once(recorder, 'error')
    expect(thrownBy(() => recorder.appendSync('never'))).toMatchObject({ code: 'ENOSPC' })
    jest.advanceTimersByTime(350)
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual(['first'])
  })

  test('closeSync while the next attempt is waited for tries once more, and leaves no timer', async () => {
    const { recorder } = open(1)
    recorder.write('last')
    await once(recorder, 'error')
    recorder.closeSync()
    expect(valuesOf(recorder.path)).toEqual(['last'])
    expect(jest.getTimerCount()).toBe(0)
  })

  test('reopen does not wait for the next attempt, and takes what the old file could not take along', async () => {
    const { recorder } = open(1)
    const old = recorder.path
    recorder.write('waits')
    await once(recorder, 'error')
    const reopened = recorder.reopen(temporaryPath())
    recorder.write('new')
    await reopened
    await recorder.flush()
    expect([valuesOf(old), valuesOf(recorder.path)]).toEqual([[], ['waits', 'new']])
  })
})
