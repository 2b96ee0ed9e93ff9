// highWaterMark, drain and pendingBytes: how a producer learns to wait (W8).

import { once } from 'node:events'
import { statSync } from 'node:fs'
import { constants } from 'node:os'
import { FaultyDoor } from '../support/faulty-door.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { linesOf } from '../support/temporary.js'

const MiB = 1024 * 1024

test('write is true up to the high-water mark and false above it', () => {
  const recorder = openRecorder({ highWaterMark: 100 })
  const answers = Array.from({ length: 12 }, () => recorder.writeLine('123456789'))
  expect(answers).toEqual([...Array<boolean>(10).fill(true), false, false])
})

test('after false, drain comes, once, when half of the mark is free', async () => {
  const recorder = openRecorder({ highWaterMark: 100 })
  const pendingAtDrain: number[] = []
  recorder.on('drain', () => pendingAtDrain.push(recorder.pendingBytes))
  for (let i = 0; i < 30; i++) recorder.writeLine('123456789')
  await recorder.flush()
  expect(pendingAtDrain).toHaveLength(1)
  expect(pendingAtDrain[0]).toBeLessThanOrEqual(50)
})

test('what is given in one turn is written along with it, and drain is not told within a call of write', async () => {
  const recorder = openRecorder({ highWaterMark: MiB })
  let inCall = false
  const drains: boolean[] = []
  recorder.on('drain', () => drains.push(inCall))
  expect(recorder.write('x'.repeat(2 * MiB))).toBe(false)
  const text = 'x'.repeat(1000)
  // Where nothing is written before the turn ends, it is refused at last.
  while (recorder.stats.bytes < 8 * MiB) {
    inCall = true
    recorder.write(text)
    inCall = false
  }
  expect(drains).toEqual([])
  await recorder.close()
  // One that came within a call is put off, and closing may be quicker.
  if (drains.length === 0) await once(recorder, 'drain')
  expect(drains).not.toContain(true)
  expect(drains.length).toBeGreaterThan(0)
  expect(statSync(recorder.path).size).toBe(recorder.stats.bytes)
})

test('a drain that came within a call of write is not told when the caller is to wait again by then', async () => {
  const recorder = openRecorder({ highWaterMark: MiB })
  const pendingAtDrain: number[] = []
  recorder.on('drain', () => pendingAtDrain.push(recorder.pendingBytes))
  const large = 'x'.repeat(2 * MiB)
  expect(recorder.write(large)).toBe(false)
  while (!recorder.write('x'.repeat(1000)));
  expect(recorder.write(large)).toBe(false)
  await recorder.flush()
  expect(pendingAtDrain).toHaveLength(1)
  expect(pendingAtDrain[0]).toBeLessThanOrEqual(MiB / 2)
})

test('a producer that is told to wait by the call in which a batch fails hears of what becomes of it', async () => {
  const door = new FaultyDoor({ write: [{ errno: constants.errno.ENOSPC }] })
  const recorder = openRecorderThrough(door, { highWaterMark: 400_000 })
  const failures: boolean[] = []
  let inCall = false
  recorder.on('error', () => failures.push(inCall))
  expect(recorder.write('x'.repeat(300_000))).toBe(true)
  inCall = true
  expect(recorder.write('x'.repeat(200_000))).toBe(false)
  inCall = false
  expect(failures).toEqual([true])
  await once(recorder, 'drain')
  expect(linesOf(recorder.path)).toHaveLength(2)
})

test('without a false there is no drain', async () => {
  const recorder = openRecorder({ highWaterMark: 100 })
  let drains = 0
  recorder.on('drain', () => drains++)
  for (let i = 0; i < 20; i++) {
    recorder.writeLine('123456789')
    await recorder.flush()
  }
  expect(drains).toBe(0)
})

test.each([1, 1000, 100_000])(
  'a producer that waits at %i never has more than that and a record',
  async (mark) => {
    const recorder = openRecorder({ highWaterMark: mark })
    const record = { text: 'x'.repeat(187) }
    let most = 0
    for (let i = 0; i < 5000; i++) {
      const goOn = recorder.write(record)
      most = Math.max(most, recorder.pendingBytes)
      if (!goOn) await once(recorder, 'drain')
    }
    await recorder.flush()
    expect(most).toBeLessThanOrEqual(mark + 200)
    expect(linesOf(recorder.path)).toHaveLength(5000)
  },
)

test('a write from a drain listener is recorded, in order', async () => {
  const recorder = openRecorder({ highWaterMark: 10 })
  recorder.once('drain', () => recorder.write('from drain'))
  recorder.write('x'.repeat(20))
  await once(recorder, 'drain')
  await recorder.flush()
  expect(linesOf(recorder.path)).toEqual([`"${'x'.repeat(20)}"`, '"from drain"'])
})

test('pendingBytes counts what waits, in bytes with LFs, and is 0 when all is written', async () => {
  const recorder = openRecorder()
  recorder.write('é')
  expect(recorder.pendingBytes).toBe(5)
  recorder.writeLine(Buffer.from('12'))
  expect(recorder.pendingBytes).toBe(8)
  void recorder.append(null)
  expect(recorder.pendingBytes).toBe(13)
  void recorder.appendAll([1, 2])
  expect(recorder.pendingBytes).toBe(17)
  expect(recorder.stats.pendingBytes).toBe(17)
  await recorder.flush()
  expect(recorder.pendingBytes).toBe(0)
})

test('the event flush comes when nothing waits any more', async () => {
  const recorder = openRecorder()
  const pending: number[] = []
  recorder.on('flush', () => pending.push(recorder.pendingBytes))
  for (let i = 0; i < 10; i++) recorder.write(i)
  await recorder.flush()
  expect(pending).toEqual([0])
})

test("flushMode 'sync' honours the same mark", async () => {
  const recorder = openRecorder({ flushMode: 'sync', highWaterMark: 100 })
  const answers = Array.from({ length: 12 }, () => recorder.writeLine('123456789'))
  expect(answers.slice(9)).toEqual([true, false, false])
  await once(recorder, 'drain')
  expect(linesOf(recorder.path)).toHaveLength(12)
})

test.each([{ maxBufferedBytes: 10_000 }, { maxBufferedBytes: 10_000, fsync: { everyMs: 600_000 } }] as const)(
  'a producer that honours false and drain is never refused, however small the bound: %j',
  async (options) => {
    const recorder = openRecorder(options)
    const record = { text: 'x'.repeat(187) }
    for (let i = 0; i < 1000; i++) {
      if (!recorder.write(record)) await once(recorder, 'drain')
    }
    await recorder.flush()
    expect(linesOf(recorder.path)).toHaveLength(1000)
  },
)
