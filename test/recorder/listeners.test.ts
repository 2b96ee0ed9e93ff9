// Listeners are other people's code: what they record comes behind what was given before (W4), and where they
// throw, nobody else is left without an answer and nothing is lost.

import { appendFileSync } from 'node:fs'
import type { Recorder } from '../../lib/index.js'
import { catchLater } from '../support/catch-later.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { textOf, valuesOf } from '../support/temporary.js'

const ENOSPC = 28

/** A recorder whose first write lands in part, and whose next attempt works. */
function openCut(): Recorder {
  const recorder = openRecorderThrough(new FaultyDoor({ write: [{ landed: 3 }, { errno: ENOSPC }] }))
  recorder.on('error', () => undefined)
  return recorder
}

const records: [string, (recorder: Recorder) => unknown][] = [
  ['write', (recorder) => recorder.write('from listener')],
  ['append', (recorder) => recorder.append('from listener')],
  ['appendSync', (recorder) => recorder.appendSync('from listener')],
]

test.each(records)('%s in a rollback listener overtakes nothing', async (_, record) => {
  const recorder = openCut()
  recorder.once('rollback', () => void failureOf(() => record(recorder)).catch(() => null))
  for (let i = 0; i < 3; i++) recorder.write([i])
  await failureOf(() => recorder.flush()).catch(() => null)
  await recorder.flush()
  // Whether it was taken or refused: it is not before them.
  expect(valuesOf(recorder.path).slice(0, 3)).toEqual([[0], [1], [2]])
})

test.each(records)('%s in an error listener overtakes nothing', async (_, record) => {
  const recorder = openCut()
  const told = new Promise<void>((resolve) => {
    recorder.once('error', () => {
      resolve()
      void record(recorder)
    })
  })
  for (let i = 0; i < 3; i++) recorder.write([i])
  await told
  await recorder.flush()
  expect(valuesOf(recorder.path).slice(0, 4)).toEqual([[0], [1], [2], 'from listener'])
})

test('flushSync in a rollback listener does not claim that all is written', async () => {
  const recorder = openCut()
  const claims: unknown[] = []
  recorder.once('rollback', () => {
    recorder.flushSync()
    claims.push(valuesOf(recorder.path))
  })
  recorder.write('given')
  await failureOf(() => recorder.flush()).catch(() => null)
  for (const claim of claims) expect(claim).toEqual(['given'])
  await recorder.flush()
  expect(valuesOf(recorder.path)).toEqual(['given'])
})

test('a rollback listener that throws leaves no append without an answer', async () => {
  const recorder = openCut()
  recorder.once('rollback', () => {
    throw new Error('from listener')
  })
  const told = failureOf(() => recorder.append('awaited'))
  const later = catchLater()
  expect(
    thrownBy(() => {
      recorder.flushSync()
    }),
  ).toMatchObject({ code: 'ENOSPC' })
  expect(later).toThrow('from listener')
  expect(await told).toMatchObject({ code: 'ENOSPC' })
})

test('a rollback listener that throws loses no record', async () => {
  const recorder = openCut()
  recorder.once('rollback', () => {
    throw new Error('from listener')
  })
  recorder.write('kept')
  const later = catchLater()
  await failureOf(() => {
    recorder.flushSync()
  })
  expect(later).toThrow('from listener')
  await recorder.flush()
  expect(valuesOf(recorder.path)).toEqual(['kept'])
})

test.each(['drain', 'flush'] as const)('a %s listener that throws loses no record', async (event) => {
  const recorder = openRecorder({ highWaterMark: 100 })
  recorder.once(event, () => {
    throw new Error('from listener')
  })
  for (let i = 0; i < 100; i++) recorder.write(i)
  const later = catchLater()
  recorder.flushSync()
  expect(later).toThrow('from listener')
  recorder.write(100)
  await recorder.flush()
  expect(valuesOf(recorder.path)).toEqual([...Array(101).keys()])
})

test('a rollback listener that throws does not make a record that was appended look as if it failed (W3)', () => {
  const recorder = openRecorder()
  recorder.appendSync('before')
  // The next append lands behind this, is blanked and done again: a rollback, and a success.
  appendFileSync(recorder.path, '{"torn":')
  recorder.once('rollback', () => {
    throw new Error('from listener')
  })
  const later = catchLater()
  recorder.appendSync('once')
  expect(later).toThrow('from listener')
  const lines = textOf(recorder.path).split('\n')
  expect(lines.filter((line) => line === '"once"')).toEqual(['"once"'])
  expect(recorder.stats.records).toBe(2)
})
