// A disk that stays full costs one attempt for each append or flush, and never the event loop.

import { setImmediate as turn } from 'node:timers/promises'
import { FaultyDoor } from '../support/faulty-door.js'
import { openRecorderThrough } from '../support/open-recorder.js'

const ENOSPC = 28

test.each(['sync', 'async'] as const)(
  'records that are kept for a sync by the clock do not bring on attempts of their own (%s)',
  async (flushMode) => {
    const full = Array.from({ length: 1000 }, () => ({ errno: ENOSPC }))
    const door = new FaultyDoor({ write: [{}, ...full] })
    const recorder = openRecorderThrough(door, { flushMode, fsync: { everyMs: 600_000 }, highWaterMark: 100 })
    const errors: unknown[] = []
    recorder.on('error', (error) => errors.push(error))
    // The first is kept for a sync that stands behind the last by then; the group is a batch of its own.
    recorder.write('x'.repeat(60))
    recorder.appendAll([1]).catch((error: unknown) => errors.push(error))
    recorder.write('y')
    // The first write is a real one, on the pool.
    while (errors.length === 0) await turn()
    for (let i = 0; i < 20; i++) await turn()
    expect(door.calls.write).toBeLessThan(8)
  },
)
