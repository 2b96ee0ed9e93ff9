// What a close does with what is before it: nothing is synced behind it, it does not wait in vain, and nothing
// appears in a file after it (W3). And what a lock that was given up proves: nothing (W2).

import { once } from 'node:events'
import { appendFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { AppendError, Move } from '../../lib/index.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, type Fault } from '../support/faulty-door.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { temporaryPath, textOf } from '../support/temporary.js'
import { WatchedDoor } from '../support/watched-door.js'

const EPERM = 1
const EIO = 5
const EAGAIN = 11
const ENOSPC = 28

function times(count: number, errno: number): Fault[] {
  return Array.from({ length: count }, () => ({ errno }))
}

test.each(['async', 'sync'] as const)('no sync is queued behind a close, flushMode %s', async (flushMode) => {
  const recorder = openRecorder({ fsync: { everyMs: 1000 }, highWaterMark: 100, flushMode })
  const moves: Move[] = []
  recorder.on('moved', (move) => moves.push(move))
  const text = 'x'.repeat(200)
  recorder.write(text)
  await recorder.close()
  await new Promise(setImmediate)
  expect(moves).toEqual([])
  expect(textOf(recorder.path)).toBe(`"${text}"\n`)
  expect(readdirSync(path.dirname(recorder.path))).toEqual([path.basename(recorder.path)])
})

test('closeSync runs the reopen and the close that wait behind a record that cannot be written', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ write: times(20, ENOSPC) }), {
    retry: { attempts: 100, minDelayMs: 60_000, maxDelayMs: 60_000 },
  })
  recorder.on('error', () => undefined)
  const other = temporaryPath()
  recorder.write('not written')
  await once(recorder, 'error')
  const reopened = recorder.reopen(other)
  expect(
    thrownBy(() => {
      recorder.closeSync()
    }),
  ).toMatchObject({ code: 'ENOSPC' })
  await reopened
  expect(recorder.pendingBytes).toBe(0)
  expect(textOf(other)).toBe('')
})

test('closeSync does not return before a close that waits for the next attempt has ended', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ write: times(20, ENOSPC) }), {
    retry: { attempts: 100, minDelayMs: 60_000, maxDelayMs: 60_000 },
  })
  recorder.on('error', () => undefined)
  recorder.write('not written')
  await once(recorder, 'error')
  const closing = failureOf(() => recorder.close())
  expect(
    thrownBy(() => {
      recorder.closeSync()
    }),
  ).toMatchObject({ code: 'ENOSPC' })
  expect(recorder.pendingBytes).toBe(0)
  expect(await closing).toMatchObject({ code: 'ENOSPC' })
})

test('a write() that cannot be tried again is told as lost, and a flush does not acknowledge it', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ erase: times(50, EPERM) }), {
    retry: { attempts: 3, minDelayMs: 1 },
  })
  await recorder.append('first')
  appendFileSync(recorder.path, '{"half":')
  recorder.write('lost')
  const error = (await failureOf(() => recorder.flush())) as AppendError
  expect(error).toMatchObject({ code: 'ERR_SPLICED', state: 'pending' })
  expect(recorder.pendingBytes).toBe(0)
  expect(recorder.stats.lostRecords).toBe(1)
})

test('nothing is cut off under an exclusive lock that a reopen has given up', async () => {
  const faults = new FaultyDoor({
    write: [{}, { landed: 3 }, { errno: ENOSPC }],
    truncateUnderLease: times(50, EAGAIN),
    erase: times(50, EPERM),
    truncateUnderLock: times(1, EIO),
  })
  const door = new WatchedDoor(faults)
  const recorder = openRecorderThrough(door, { lock: 'exclusive' })
  await recorder.append('a record that tells where the fragment stands')
  const { path: old } = recorder
  expect(await failureOf(() => recorder.append('torn'))).toMatchObject({ state: 'pending' })
  const before = door.calls.length
  await recorder.reopen(temporaryPath()).catch(() => undefined)
  const after = door.calls.slice(before)
  const unlocked = after.findIndex(({ name, args }) => name === 'lock' && args[0] === 'none')
  expect(unlocked).toBeGreaterThanOrEqual(0)
  const cuts = after
    .slice(unlocked)
    .filter(({ name, file }) => name === 'truncateUnderLock' && file === path.basename(old))
  expect(cuts).toEqual([])
})
