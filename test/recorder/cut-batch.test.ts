// A batch that is cut short: its whole records stay and are acknowledged where they are, the torn one and
// those behind it are done again or told, and a group is all or nothing (W1, W3, W4).

import type { ByteRange, Recorder } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor, type Fault } from '../support/faulty-door.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { textAt, textOf, valuesOf } from '../support/temporary.js'

const ENOSPC = 28
const EPERM = 1

/** Six records of four bytes each. */
const values = [10, 20, 30, 40, 50, 60].map((value) => value * 10)
const everyCut = Array.from({ length: 23 }, (_, i) => i + 1)

function openCutAt(cut: number, ...then: Fault[]): Recorder {
  return openRecorderThrough(new FaultyDoor({ write: [{ landed: cut }, ...then] }))
}

function expectExact(recorder: Recorder, ranges: readonly ByteRange[], expected: readonly unknown[]): void {
  expect(ranges.map((range) => textAt(recorder.path, range))).toEqual(
    expected.map((value) => `${JSON.stringify(value)}\n`),
  )
}

describe.each(everyCut)('cut at byte %i of 24', (cut) => {
  const whole = Math.floor(cut / 4)

  test('for a moment: all records are there once, in order, each at its range', async () => {
    const recorder = openCutAt(cut)
    const ranges = await Promise.all(values.map((value) => recorder.append(value)))
    expect(valuesOf(recorder.path)).toEqual(values)
    expectExact(recorder, ranges, values)
  })

  test('for a moment, in appendSync behind records that wait: the same', async () => {
    const recorder = openCutAt(cut)
    const appended = values.slice(0, -1).map((value) => recorder.append(value))
    const last = recorder.appendSync(values.at(-1))
    const ranges = [...(await Promise.all(appended)), last]
    expect(valuesOf(recorder.path)).toEqual(values)
    expectExact(recorder, ranges, values)
  })

  test('and then full: the whole records are acknowledged, the others fail and never appear', async () => {
    const recorder = openCutAt(cut, { errno: ENOSPC })
    const appends = values.map((value) => recorder.append(value))
    const settled = await Promise.allSettled(appends)
    expect(settled.map(({ status }) => status)).toEqual(
      values.map((_, i) => (i < whole ? 'fulfilled' : 'rejected')),
    )
    const ranges = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expectExact(recorder, ranges, values.slice(0, whole))
    const after = await recorder.append('after')
    expectExact(recorder, [after], ['after'])
    expect(valuesOf(recorder.path)).toEqual([...values.slice(0, whole), 'after'])
  })

  test('of write() records, and then full: the rest is kept and appears once', async () => {
    const recorder = openCutAt(cut, { errno: ENOSPC })
    for (const value of values) recorder.write(value)
    expect(await failureOf(() => recorder.flush())).toMatchObject({ code: 'ENOSPC' })
    expect(valuesOf(recorder.path)).toEqual(values.slice(0, whole))
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual(values)
    expect(recorder.stats).toMatchObject({ records: 6, bytes: 24, lostRecords: 0 })
  })

  test('of both kinds, and then full: appends that failed are taken out from among the others', async () => {
    const recorder = openCutAt(cut, { errno: ENOSPC })
    recorder.on('error', () => undefined)
    const appends = values.map((value, i) => {
      if (i % 2 === 1) return recorder.append(value)
      recorder.write(value)
      return Promise.resolve()
    })
    await Promise.allSettled(appends)
    await recorder.flush()
    expect(valuesOf(recorder.path)).toEqual(values.filter((_, i) => i < whole || i % 2 === 0))
  })

  test('a group for a moment is there once', async () => {
    const recorder = openCutAt(cut)
    const ranges = await recorder.appendAll(values)
    expect(valuesOf(recorder.path)).toEqual(values)
    expectExact(recorder, ranges, values)
  })

  test('a group, and then full, leaves nothing', async () => {
    const recorder = openCutAt(cut, { errno: ENOSPC })
    expect(await failureOf(() => recorder.appendAll(values))).toMatchObject({
      code: 'ENOSPC',
      state: 'failed',
      range: { start: 0, end: cut },
    })
    expect(textOf(recorder.path)).toBe('')
  })
})

test.each(everyCut)(
  'a group cut at byte %i for a moment that cannot be taken back is not there twice (W3)',
  async (cut) => {
    const never = Array.from({ length: 50 }, () => ({ errno: EPERM }))
    const door = new FaultyDoor({
      write: [{ landed: cut }],
      truncateUnderLease: [...never],
      erase: [...never],
    })
    const recorder = openRecorderThrough(door)
    const outcome = await recorder.appendAll(values).catch((error: unknown) => error)
    const there = textOf(recorder.path).split('\n')
    const times = values.map((value) => there.filter((line) => line === String(value)).length)
    // Either it is reported as failed and what is left is told, or it stands there once.
    const failed: unknown = expect.objectContaining({ state: 'pending', range: expect.anything() as unknown })
    expect([outcome, Math.max(...times)]).toEqual([outcome instanceof Error ? failed : outcome, 1])
  },
)

test('a record that was erased where a reader has the file open leaves only blanks before the next', async () => {
  const door = new FaultyDoor({
    write: [{ landed: 6 }, { errno: ENOSPC }],
    truncateUnderLease: [{ errno: 11 }],
  })
  const recorder = openRecorderThrough(door)
  const appends = await Promise.allSettled([recorder.append(100), recorder.append(200)])
  expect(appends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  const after = await recorder.append(300)
  expect(textOf(recorder.path)).toBe('100\n  300\n')
  expect(after).toEqual({ start: 6, end: 10 })
})
