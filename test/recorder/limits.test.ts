// The limits of one record and of all that wait (W8): exact, told, and nothing dropped silently.

import { once } from 'node:events'
import type { Recorder } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { everyLineWay, everyWay, openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { linesOf, textOf, valuesOf } from '../support/temporary.js'

const ENOSPC = 28

const tooLarge = { name: 'AppendError', kind: 'InvalidInput', code: 'ERR_RECORD_TOO_LARGE', state: 'failed' }
const full = {
  name: 'AppendError',
  kind: 'BufferFull',
  code: 'ERR_BUFFER_FULL',
  state: 'failed',
  retryable: true,
}

/** Ways to record a string whose text has so many bytes. */
const ways: [string, (recorder: Recorder, text: string) => unknown][] = [
  ...everyWay.map(([name, record]): [string, (recorder: Recorder, text: string) => unknown] => [
    name,
    (recorder, text) => record(recorder, JSON.parse(text)),
  ]),
  ...everyLineWay,
  ...everyLineWay.map(([name, record]): [string, (recorder: Recorder, text: string) => unknown] => [
    `${name} of bytes`,
    (recorder, text) => record(recorder, Buffer.from(text)),
  ]),
]

/** A JSON string of so many bytes. */
function textOfBytes(bytes: number, filler: string): string {
  const each = Buffer.byteLength(filler)
  const count = Math.floor((bytes - 2) / each)
  return `"${filler.repeat(count)}${'-'.repeat(bytes - 2 - count * each)}"`
}

describe.each(ways)('%s', (_, record) => {
  describe.each(['x', 'é', '漢', '𝄞'])('with records of %s', (filler) => {
    test.each([10, 100, 5000, 70_000])(
      'takes maxRecordBytes (%i) and refuses one byte more',
      async (limit) => {
        const recorder = openRecorder({ maxRecordBytes: limit })
        const fits = textOfBytes(limit, filler)
        await record(recorder, fits)
        const error = await failureOf(() => record(recorder, textOfBytes(limit + 1, filler)))
        expect(error).toMatchObject({ ...tooLarge, requested: limit + 1, path: recorder.path, range: null })
        await record(recorder, fits)
        await recorder.flush()
        expect(linesOf(recorder.path)).toEqual([fits, fits])
      },
    )
  })
})

test('appendAll with one record too large takes none of them', async () => {
  const recorder = openRecorder({ maxRecordBytes: 10 })
  expect(await failureOf(() => recorder.appendAll(['a', 'x'.repeat(9), 'b']))).toMatchObject(tooLarge)
  await recorder.flush()
  expect(textOf(recorder.path)).toBe('')
})

interface Filled {
  readonly accepted: unknown[]
  readonly error: unknown
  readonly mostPending: number
}

/** Writes until that is refused. */
function fill(recorder: Recorder): Filled {
  const accepted: unknown[] = []
  let mostPending = 0
  for (let i = 0; ; i++) {
    const value = { i, text: 'x'.repeat(i % 90) }
    try {
      recorder.write(value)
    } catch (error) {
      return { accepted, error, mostPending }
    }
    accepted.push(value)
    mostPending = Math.max(mostPending, recorder.pendingBytes)
  }
}

test('beyond maxBufferedBytes write throws BufferFull, and everything accepted is in the file', async () => {
  const recorder = openRecorder({ maxBufferedBytes: 10_000 })
  const { accepted, error, mostPending } = fill(recorder)
  expect(error).toMatchObject({ ...full, path: recorder.path, range: null })
  expect(mostPending).toBeLessThanOrEqual(10_000)
  await recorder.flush()
  expect(valuesOf(recorder.path)).toEqual(accepted)
  expect(recorder.stats.lostRecords).toBe(0)
})

test('records that cannot be written stay in the same bounds, and go to the file later', async () => {
  const door = new FaultyDoor({ write: Array.from({ length: 5 }, () => ({ errno: ENOSPC })) })
  const recorder = openRecorderThrough(door, { maxBufferedBytes: 10_000 })
  recorder.on('error', () => undefined)
  const accepted: unknown[] = []
  for (let attempt = 0; attempt < 5; attempt++) {
    const filled = fill(recorder)
    accepted.push(...filled.accepted)
    expect(filled.error).toMatchObject(full)
    expect(filled.mostPending).toBeLessThanOrEqual(10_000)
    expect(await failureOf(() => recorder.flush())).toMatchObject({ code: 'ENOSPC' })
  }
  await recorder.flush()
  expect(valuesOf(recorder.path)).toEqual(accepted)
})

test('maxBufferedBytes is filled to the last byte, LFs counted, and no further', async () => {
  const recorder = openRecorder({ maxBufferedBytes: 100 })
  for (let i = 0; i < 9; i++) recorder.writeLine('123456789')
  expect(await failureOf(() => recorder.writeLine('1234567890'))).toMatchObject(full)
  recorder.writeLine('123456789')
  expect(recorder.pendingBytes).toBe(100)
  expect(await failureOf(() => recorder.writeLine('1'))).toMatchObject(full)
  await recorder.flush()
  expect(linesOf(recorder.path)).toEqual(Array(10).fill('123456789'))
})

test('append and appendAll reject with BufferFull and keep what was accepted', async () => {
  const recorder = openRecorder({ maxBufferedBytes: 1000 })
  const accepted = [recorder.append('x'.repeat(497)), recorder.append('y'.repeat(480))]
  const refused = [
    await failureOf(() => recorder.append('z'.repeat(30))),
    await failureOf(() => recorder.appendAll([1, 2, 3, 4, 5, 6, 7, 8, 9])),
  ]
  for (const error of refused) expect(error).toMatchObject(full)
  await expect(Promise.all(accepted)).resolves.toHaveLength(2)
  expect(linesOf(recorder.path).map((line) => line.charAt(1))).toEqual(['x', 'y'])
})

test('once something has been written there is room again', async () => {
  const recorder = openRecorder({ maxBufferedBytes: 1000 })
  recorder.write('x'.repeat(990))
  expect(await failureOf(() => recorder.write('y'.repeat(990)))).toMatchObject(full)
  await once(recorder, 'flush')
  recorder.write('y'.repeat(990))
  await recorder.flush()
  expect(linesOf(recorder.path)).toHaveLength(2)
})

test.each([{ maxRecordBytes: 10 }, { maxBufferedBytes: 10 }, { maxRecordBytes: 10, maxBufferedBytes: 20 }])(
  'a record that is too large: the error names the limit that is in its way, of %o',
  async (limits) => {
    const recorder = openRecorder(limits)
    const error = (await failureOf(() => recorder.write('x'.repeat(98)))) as Error
    expect(error.message).toContain(`${Object.keys(limits)[0]} takes at most`)
  },
)

test('a record that maxBufferedBytes can never hold is too large, not one too many', async () => {
  const recorder = openRecorder({ maxBufferedBytes: 100 })
  expect(await failureOf(() => recorder.write('x'.repeat(98)))).toMatchObject(tooLarge)
  recorder.write('x'.repeat(97))
  await recorder.flush()
  expect(linesOf(recorder.path)).toHaveLength(1)
})

test('a group that maxBufferedBytes can never hold is too large, and trying again is no use', async () => {
  const recorder = openRecorder({ maxBufferedBytes: 100 })
  const group = Array.from({ length: 30 }, () => 'abcde')
  expect(await failureOf(() => recorder.appendAll(group))).toMatchObject({ ...tooLarge, retryable: false })
})
