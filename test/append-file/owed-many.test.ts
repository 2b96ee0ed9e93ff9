// Many fragments that are owed do not make each append dearer: a bounded number is tried before it, and
// closing still knows and tries all of them (W7).

import type { AppendError } from '../../lib/index.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, openFaultyFile, type Fault } from '../support/faulty-door.js'
import { temporaryPath } from '../support/temporary.js'

const ENOSPC = 28
const EPERM = 1
const fragments = 40
const triedMost = 16

function refusals(count: number): Fault[] {
  return Array.from({ length: count }, () => ({ errno: EPERM }))
}

/** A file with so many fragments in it, each of them refused by every rung. */
function owing(moreRefusals: number): { door: FaultyDoor; file: ReturnType<typeof openFaultyFile> } {
  const tries = Array.from({ length: fragments }, (_, i) => 1 + Math.min(i, triedMost))
  const all = tries.reduce((sum, tried) => sum + tried, moreRefusals)
  const torn = [{ landed: 10 }, { errno: ENOSPC }]
  const door = new FaultyDoor({
    write: [{}, ...Array.from({ length: fragments }, () => torn).flat()],
    truncateUnderLease: refusals(all),
    erase: refusals(all),
  })
  const file = openFaultyFile(door, temporaryPath())
  // What stands before a fragment is what tells it from others' bytes later.
  file.appendSync('{"first":1}\n')
  for (let i = 0; i < fragments; i++) {
    expect(thrownBy(() => file.appendSync(`{"fragment":${i}}\n`))).toMatchObject({ state: 'pending' })
  }
  return { door, file }
}

test('an append tries a bounded number of them', async () => {
  const { door, file } = owing(triedMost + fragments)
  const before = door.calls.erase
  file.appendSync('{"whole":1}\n')
  expect(door.calls.erase - before).toBe(triedMost)

  const error = (await failureOf(() => file.close())) as AppendError
  expect(error.code).toBe('ERR_ROLLBACK_OWED')
  expect(error.message.match(/\[\d+, \d+\)/g)).toHaveLength(fragments)
})

test('all of them are taken back at the next append where that can be done again', async () => {
  const { file } = owing(0)
  file.appendSync('{"whole":1}\n')
  await expect(file.close()).resolves.toBeUndefined()
})
