// Batches whose write is handed over while the one before is on its way: the same promise as for any other (W1, W3,
// W4), whatever becomes of the one before.

import { once } from 'node:events'
import { appendFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { AppendError, ByteRange, Recorder, RecorderOptions } from '../../lib/index.js'
import { notBegun, type Door } from '../../lib/door/door.js'
import { runProgram, startProgram, type Ended } from '../support/children.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { FollowingDoor } from '../support/following-door.js'
import { withFaults } from '../support/lab.js'
import { occupyPool } from '../support/occupied-pool.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { linesOf, temporaryPath, textAt, valuesOf } from '../support/temporary.js'

const ENOSPC = 28
const first = 'f'.repeat(300_000)
const second = 's'.repeat(250_000)
const completed = { errno: 0, syscall: '', start: 0, end: 0, detail: 0 }

interface Given {
  readonly door: FollowingDoor
  readonly recorder: Recorder
  readonly letGo: () => Promise<void>
}

/** Records, each a batch of its own; the pool has begun none of them. */
function give(records: readonly string[], options: RecorderOptions = {}, beneath?: Door): Given {
  const door = new FollowingDoor(beneath)
  const recorder = openRecorderThrough(door, options)
  const letGo = occupyPool()
  for (const record of records) recorder.write(record)
  return { door, recorder, letGo }
}

test('many records keep their order, and each its range, while write after write is handed over', async () => {
  const { door, recorder, letGo } = give([first, second])
  await letGo()
  const ranges: Promise<ByteRange>[] = []
  for (let i = 0; i < 4000; i++) {
    if (i % 10 === 0) ranges.push(recorder.append([i, 'a'.repeat(5000)]))
    else if (!recorder.write([i, 'w'.repeat(5000)])) await once(recorder, 'drain')
  }
  await recorder.flush()
  expect(door.handedOver).toBeGreaterThan(0)
  const values = valuesOf(recorder.path).slice(2) as [number, string][]
  expect(values.map(([i]) => i)).toEqual([...Array(4000).keys()])
  const told = await Promise.all(ranges)
  const content = readFileSync(recorder.path)
  const wrong = told.filter(
    ({ start, end }, i) => content.toString('utf8', start, end) !== `${JSON.stringify(values[10 * i])}\n`,
  )
  expect(wrong).toEqual([])
  expect(recorder.stats).toMatchObject({ records: 4002, failures: 0, lostRecords: 0 })
  expect(recorder.pendingBytes).toBe(0)
})

describe('with one in flight and one handed over', () => {
  const ways: [string, (recorder: Recorder) => unknown][] = [
    ['flushSync', (recorder) => recorder.flushSync()],
    ['appendSync', (recorder) => recorder.appendSync('now')],
    ['closeSync', (recorder) => recorder.closeSync()],
  ]
  test.each(ways)('%s brings both to the file, in order and once', async (_, finish) => {
    const { door, recorder, letGo } = give([first, second, 'third'])
    expect(door.handedOver).toBe(1)
    finish(recorder)
    const values = valuesOf(recorder.path)
    expect(values.slice(0, 3)).toEqual([first, second, 'third'])
    expect(recorder.pendingBytes).toBe(0)
    await letGo()
    expect(valuesOf(recorder.path)).toEqual(values)
  })

  test.each<[string, (recorder: Recorder) => Promise<unknown>]>([
    ['flush', (recorder) => recorder.flush()],
    ['sync', (recorder) => recorder.sync()],
    ['close', (recorder) => recorder.close()],
    ['reopen', (recorder) => recorder.reopen()],
  ])('%s waits for both', async (_, wait) => {
    const { door, recorder, letGo } = give([first, second])
    expect(door.handedOver).toBe(1)
    const waited = wait(recorder)
    await letGo()
    await waited
    expect(valuesOf(recorder.path)).toEqual([first, second])
  })

  test("a record of somebody else's that is torn between them spoils neither", async () => {
    const { door, recorder, letGo } = give([first])
    const appended = recorder.append(second)
    expect(door.handedOver).toBe(1)
    door.before = () => {
      appendFileSync(recorder.path, '{"torn":')
    }
    recorder.flushSync()
    await letGo()
    expect(door.before).toBeNull()
    const lines = linesOf(recorder.path)
    expect(lines.map((line) => line.trim())).toEqual([
      JSON.stringify(first),
      '{"torn":',
      JSON.stringify(second),
    ])
    expect(textAt(recorder.path, await appended)).toBe(`${JSON.stringify(second)}\n`)
  })

  test('what is handed over is counted as pending until it is written (W8)', async () => {
    const { door, recorder, letGo } = give([first, second], { maxBufferedBytes: 600_000 })
    expect(door.handedOver).toBe(1)
    expect(recorder.pendingBytes).toBe(first.length + second.length + 6)
    expect(await failureOf(() => recorder.append(second))).toMatchObject({ code: 'ERR_BUFFER_FULL' })
    await letGo()
    await recorder.flush()
    expect(recorder.pendingBytes).toBe(0)
  })
})

describe('nothing is handed over', () => {
  const optionSets: RecorderOptions[] = [
    { fsync: 'always' },
    { flushMode: 'sync' },
    { reopenOnMove: true, moveCheckMs: 0 },
  ]
  test.each(optionSets)('with %j', async (options) => {
    const { door, recorder, letGo } = give([first, second], options)
    await letGo()
    await recorder.flush()
    expect(door.handedOver).toBe(0)
    expect(valuesOf(recorder.path)).toEqual([first, second])
  })

  test('of records that are to be synced, or stand behind a sync', async () => {
    const { door, recorder, letGo } = give([first])
    const appended = recorder.append(second, { sync: true })
    const synced = recorder.sync()
    recorder.write(second)
    expect(door.handedOver).toBe(0)
    await letGo()
    await Promise.all([appended, synced, recorder.flush()])
    expect(valuesOf(recorder.path)).toEqual([first, second, second])
  })

  test('when it is time to see whether the path still leads to the file', async () => {
    const { door, recorder, letGo } = give([first], { moveCheckMs: 1000 })
    door.passed = 1000
    recorder.write(second)
    expect(door.handedOver).toBe(0)
    await letGo()
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual([first, second])
  })

  test('where each range is verified before the next append', async () => {
    const beneath = new FaultyDoor()
    beneath.fileSystem = 'fuse'
    const { door, recorder, letGo } = give([first, second], {}, beneath)
    expect(door.handedOver).toBe(0)
    await letGo()
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual([first, second])
  })

  test('while there is little to write', async () => {
    const { door, recorder, letGo } = give([first, 'small'])
    await letGo()
    await recorder.flush()
    expect(door.handedOver).toBe(0)
    expect(valuesOf(recorder.path)).toEqual([first, 'small'])
  })
})

describe('behind a write that the kernel cuts short or refuses', () => {
  function record(how: string, plan: string): Promise<Ended> {
    const file = temporaryPath()
    const wrapper = withFaults(path.dirname(file), plan)
    return runProgram('handed-over.cjs', [file, how], { wrapper }).then((ended) => {
      expect(ended).toMatchObject({ code: 0, stderr: '' })
      const { handedOver, told } = JSON.parse(ended.stdout) as { handedOver: number; told: unknown }
      expect(handedOver).toBe(1)
      return { ...ended, told, values: valuesOf(file) }
    })
  }

  test.each([1, 1000, 299_999, 300_002])('cut short at byte %i: both are there, in order', async (cut) => {
    expect(await record('append', `write:1:short=${cut}`)).toMatchObject({
      values: [first, second],
      told: [expect.any(Array), expect.any(Array)],
    })
  })

  test('an append that fails leaves nothing, and the one behind it is written', async () => {
    expect(await record('append', 'write:1:ENOSPC')).toMatchObject({
      values: [second],
      told: [
        ['ENOSPC', 'failed'],
        [0, 250_003],
      ],
    })
  })

  test('a write() that fails stays before the one behind it, of which is told that it failed', async () => {
    expect(await record('write', 'write:1:ENOSPC')).toMatchObject({
      values: [first],
      told: [
        ['ENOSPC', 'failed'],
        ['ENOSPC', 'failed'],
      ],
    })
  })

  test('the second fails alone', async () => {
    expect(await record('append', 'write:2:ENOSPC')).toMatchObject({
      values: [first],
      told: [
        [0, 300_003],
        ['ENOSPC', 'failed'],
      ],
    })
  })
})

test('the first is acknowledged while the second is still being written', async () => {
  const file = temporaryPath()
  const wrapper = withFaults(path.dirname(file), 'write:2:sleep_ms=600000')
  // It ends only with the test.
  const child = startProgram(
    'handed-over.cjs',
    [file, 'early'],
    { wrapper },
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [printed] = (await once(child.stdout!, 'data')) as [Buffer]
  expect(JSON.parse(printed.toString())).toEqual({ handedOver: 1, told: [[0, 300_003]] })
})

test('a write that was made behind one that failed is told loudly, and not made again', async () => {
  const door = new FollowingDoor()
  const recorder = openRecorderThrough(door)
  const failures: AppendError[] = []
  recorder.on('error', (error) => failures.push(error))
  door.untrue = {
    first: { ...completed, errno: ENOSPC, syscall: 'write' },
    following: { ...completed, end: second.length + 3 },
  }
  const one = failureOf(() => recorder.append(first))
  const two = failureOf(() => recorder.append(second))
  expect(door.handedOver).toBe(1)
  expect(await one).toMatchObject({ code: 'ENOSPC' })
  expect(await two).toMatchObject({ code: 'ERR_WRITTEN_AHEAD', state: 'indeterminate' })
  expect(failures).toMatchObject([{ code: 'ERR_WRITTEN_AHEAD' }])
  expect(valuesOf(recorder.path)).toEqual([])
  expect(recorder.pendingBytes).toBe(0)
  expect(recorder.stats.lostRecords).toBe(2)
})

test('a write that was not begun, though all was well before it, is made in its turn', async () => {
  const door = new FollowingDoor()
  const recorder = openRecorderThrough(door)
  const line = `${JSON.stringify(first)}\n`
  appendFileSync(recorder.path, line)
  door.untrue = { first: { ...completed, end: line.length }, following: notBegun }
  const given = [recorder.append(first), recorder.append(second)]
  expect(door.handedOver).toBe(1)
  await Promise.all(given)
  expect(valuesOf(recorder.path)).toEqual([first, second])
})
