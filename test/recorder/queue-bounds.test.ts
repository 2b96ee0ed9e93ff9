// What is held is bounded (W8) also where a record asks no limit, because the one before it has found out how much there
// is room for: whatever is held since, it counts.

import { LineContent } from '../../lib/door/line-encoder.js'
import { Batch } from '../../lib/recorder/batch.js'
import { RecordQueue } from '../../lib/recorder/queue.js'

const line = 'x'.repeat(99)
const lineBytes = 100

/** A queue with these limits, and what others keep, which a test may change. */
function makeQueue(maxBufferedBytes: number): { queue: RecordQueue; limits: { keptBytes: number } } {
  const limits = { path: '', maxBufferedBytes, maxRecordBytes: maxBufferedBytes, keptBytes: 0 }
  return { queue: new RecordQueue(limits), limits }
}

function give(queue: RecordQueue, records: number): void {
  for (let i = 0; i < records; i++) queue.addText(line, LineContent.anything)
}

function takeBatch(queue: RecordQueue): Batch {
  const item = queue.take()
  if (!(item instanceof Batch)) throw new Error('no batch')
  return item
}

function neverRun(): never {
  throw new Error('it was run')
}

function addBarriers(queue: RecordQueue, count: number): void {
  for (let i = 0; i < count; i++) {
    queue.addBarrier({ kind: 'flush', policy: neverRun, settle: () => undefined })
  }
}

/** Gives records until one is refused. */
function fill(queue: RecordQueue): void {
  expect(() => {
    for (;;) give(queue, 1)
  }).toThrow(expect.objectContaining({ kind: 'BufferFull' }) as Error)
}

test('what was written and is kept is held as before, though it is pending no more', () => {
  const { queue, limits } = makeQueue(1_000_000)
  give(queue, 10)
  const onItsWay = takeBatch(queue)
  give(queue, 1)
  const most = 15 * lineBytes
  expect(queue.holdsMoreThan(most)).toBe(false)
  limits.keptBytes += onItsWay.length
  queue.settled(onItsWay.length)
  onItsWay.release()
  give(queue, 4)
  expect(queue.holdsMoreThan(most)).toBe(false)
  give(queue, 1)
  expect(queue.holdsMoreThan(most)).toBe(true)
})

test('a batch that goes back among many counts, before the next record is taken', () => {
  // Less than the open batch has room for.
  const most = 11_500
  const { queue } = makeQueue(most)
  give(queue, 1)
  const failed = takeBatch(queue)
  addBarriers(queue, 80)
  give(queue, 2)
  queue.putBack(failed)
  fill(queue)
  expect(queue.heldBytes).toBeLessThanOrEqual(most)
  expect(queue.heldBytes).toBeGreaterThan(most - lineBytes)
})

test('a new batch among many counts, before its second record is taken', () => {
  const most = 11_500
  const { queue } = makeQueue(most)
  addBarriers(queue, 80)
  queue.makeReady()
  fill(queue)
  expect(queue.heldBytes).toBeLessThanOrEqual(most)
  expect(queue.heldBytes).toBeGreaterThan(most - lineBytes)
})

test('in the middle of a batch as at its first record, the last byte that there is room for is taken', () => {
  for (const most of [10 * lineBytes, 11 * lineBytes - 1, 50_000]) {
    const { queue } = makeQueue(most)
    fill(queue)
    expect(queue.pendingBytes).toBe(Math.floor(most / lineBytes) * lineBytes)
  }
})
