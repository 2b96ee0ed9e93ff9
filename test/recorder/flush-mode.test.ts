// flushMode 'sync': written on this thread, at the end of the turn or when much has gathered. What write()
// throws means the same as ever: the record was not taken.

import { once } from 'node:events'
import type { DoorCall, FileDoor } from '../../lib/door/door.js'
import { catchLater } from '../support/catch-later.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { PassingDoor } from '../support/passing-door.js'
import { linesOf, textOf } from '../support/temporary.js'

const ENOSPC = 28

/** The native door, whose writes count how often they are given to the pool. */
class CountingDoor extends PassingDoor {
  poolWrites = 0

  protected override called(real: FileDoor, name: keyof FileDoor, args: readonly unknown[]): unknown {
    const result = super.called(real, name, args)
    if (name !== 'write') return result
    const call = result as DoorCall
    const perform = call.perform.bind(call)
    call.perform = (done) => {
      this.poolWrites++
      perform(done)
    }
    return call
  }
}

test('records are in the file at the end of the turn that gave them', async () => {
  const recorder = openRecorder({ flushMode: 'sync' })
  recorder.write(1)
  recorder.write(2)
  expect(textOf(recorder.path)).toBe('')
  await Promise.resolve()
  expect(textOf(recorder.path)).toBe('1\n2\n')
  expect(recorder.stats.batches).toBe(1)
})

test('when much has gathered they are in the file within the call', () => {
  const recorder = openRecorder({ flushMode: 'sync' })
  const large = 'x'.repeat(270_000)
  recorder.write(large)
  expect(textOf(recorder.path)).toHaveLength(270_003)
})

test('a failure that nobody listens for is thrown outside of the write() that has taken its record', async () => {
  const door = new FaultyDoor({ write: [{ errno: ENOSPC }] })
  const recorder = openRecorderThrough(door, { flushMode: 'sync' })
  const large = 'x'.repeat(270_000)
  const later = catchLater()
  recorder.write(large)
  expect(later).toThrow('ENOSPC')
  await failureOf(() => recorder.flush()).catch(() => null)
  await recorder.flush()
  expect(linesOf(recorder.path).map((line) => line.length)).toEqual([270_002])
})

test('whoever is told to wait by the very call in which a batch fails hears of another attempt', async () => {
  const door = new FaultyDoor({ write: [{ errno: ENOSPC }] })
  const recorder = openRecorderThrough(door, { flushMode: 'sync', highWaterMark: 100_000 })
  const failures: string[] = []
  recorder.on('error', ({ code }) => failures.push(code))
  expect(recorder.write('x'.repeat(270_000))).toBe(false)
  expect(failures).toEqual(['ENOSPC'])
  await once(recorder, 'drain')
  expect(linesOf(recorder.path)).toHaveLength(1)
})

test('where that attempt fails, too, whoever waits is told so, and nothing goes round in circles', async () => {
  const door = new FaultyDoor({ write: [{ errno: ENOSPC }, { errno: ENOSPC }] })
  const recorder = openRecorderThrough(door, { flushMode: 'sync', highWaterMark: 100_000 })
  const failures: string[] = []
  recorder.on('error', ({ code }) => failures.push(code))
  expect(recorder.write('x'.repeat(270_000))).toBe(false)
  await expect(once(recorder, 'drain')).rejects.toThrow('ENOSPC')
  await new Promise(setImmediate)
  expect(failures).toEqual(['ENOSPC', 'ENOSPC'])
  recorder.flushSync()
  expect(linesOf(recorder.path)).toHaveLength(1)
})

test.each([
  ['sync', 0],
  ['async', 1],
] as const)('flushMode %s gives %i writes of a batch to the pool', async (flushMode, count) => {
  const door = new CountingDoor()
  const recorder = openRecorderThrough(door, { flushMode })
  recorder.write(1)
  await recorder.flush()
  expect(door.poolWrites).toBe(count)
  expect(textOf(recorder.path)).toBe('1\n')
})
