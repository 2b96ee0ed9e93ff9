// stats: what stands in the file, what waits, what failed and what was lost.

import { failureOf } from '../support/failure.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { openRecorder, openRecorderThrough } from '../support/open-recorder.js'

const ENOSPC = 28
const EPERM = 1

const nothing = {
  records: 0,
  bytes: 0,
  batches: 0,
  pendingBytes: 0,
  failures: 0,
  retries: 0,
  lostRecords: 0,
  truncated: 0,
  erased: 0,
  pendingRollbacks: 0,
}

test('a new recorder has done nothing', () => {
  expect(openRecorder().stats).toEqual(nothing)
})

test('records and bytes count what stands in the file, LFs included, however it came there', async () => {
  const recorder = openRecorder()
  recorder.write(1)
  await recorder.flush()
  await recorder.append(2)
  recorder.appendSync(3)
  await recorder.appendAll([4, 5])
  recorder.writeLine('6')
  recorder.appendLineSync(Buffer.from('7'))
  expect(recorder.stats).toEqual({ ...nothing, records: 7, bytes: 14, batches: 5 })
})

test('a snapshot does not change afterwards', async () => {
  const recorder = openRecorder()
  const before = recorder.stats
  await recorder.append(1)
  expect(before).toEqual(nothing)
})

test('an append that failed is a failure and a lost record; no batch was written', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ write: [{ errno: ENOSPC }] }))
  await failureOf(() => recorder.append(1))
  expect(recorder.stats).toEqual({ ...nothing, failures: 1, lostRecords: 1 })
})

test('appendSync that failed counts the same', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ write: [{ errno: ENOSPC }] }))
  await failureOf(() => recorder.appendSync(1))
  expect(recorder.stats).toEqual({ ...nothing, failures: 1, lostRecords: 1 })
})

test('every record of a group that failed is lost', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ write: [{ errno: ENOSPC }] }))
  await failureOf(() => recorder.appendAll([1, 2, 3]))
  expect(recorder.stats).toMatchObject({ failures: 1, lostRecords: 3, pendingBytes: 0 })
})

test('every record of a group that waits behind a failed write() is lost', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ write: [{ errno: ENOSPC }] }))
  recorder.on('error', () => undefined)
  recorder.write(0)
  await failureOf(() => recorder.appendAll([1, 2, 3]))
  expect(recorder.stats).toMatchObject({ failures: 1, lostRecords: 3, pendingBytes: 2 })
})

test('a write() that failed is kept: it is not lost, it waits', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ write: [{ errno: ENOSPC }] }))
  recorder.write(1)
  await failureOf(() => recorder.flush())
  expect(recorder.stats).toMatchObject({ failures: 1, lostRecords: 0, pendingBytes: 2, records: 0 })
  await recorder.flush()
  expect(recorder.stats).toEqual({ ...nothing, records: 1, bytes: 2, batches: 1, failures: 1 })
})

test.each([
  ['truncated', {}],
  ['erased', { truncateUnderLease: [{ errno: EPERM }] }],
  ['pendingRollbacks', { truncateUnderLease: [{ errno: EPERM }], erase: [{ errno: EPERM }] }],
])('a rollback is counted as %s', async (counter, faults) => {
  const door = new FaultyDoor({ write: [{ landed: 2 }, { errno: ENOSPC }], ...faults })
  const recorder = openRecorderThrough(door)
  await failureOf(() => recorder.append('cut'))
  expect(recorder.stats).toMatchObject({ truncated: 0, erased: 0, pendingRollbacks: 0, [counter]: 1 })
})
