// A failed sync says from where on durability is unknown, and that is never behind a record that it covers
// (W6, W7): what opening cut off the end has taken its synced bytes with it.

import { failureOf } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { fileWith } from '../support/temporary.js'

test.each(['quarantine', 'truncate'] as const)(
  'a record where a torn tail was cut off counts as unsynced from its start (tornTail: %s)',
  async (tornTail) => {
    const path = fileWith(`{"first":1}\n{"torn":"${'x'.repeat(200)}`)
    const door = new FaultyDoor()
    const recorder = openRecorderThrough(door, { tornTail, fsync: 'always', onSyncFailure: 'fail' }, path)
    door.faults.writeAndSync = [{ errno: 5 }]
    expect(await failureOf(() => recorder.append({ second: 2 }))).toMatchObject({
      state: 'indeterminate',
      range: { start: 12, end: 25 },
      unsyncedFrom: 12,
    })
  },
)
