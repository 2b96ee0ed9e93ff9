// flushMode 'sync': written on this thread, at the end of the turn or when much has gathered. What write()
// throws means the same as ever: the record was not taken.

import { catchLater } from '../support/catch-later.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { linesOf, textOf } from '../support/temporary.js'

const ENOSPC = 28

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
