// How much room the next batch gets: too little, and it is copied within a call of write; too much, and it is held for
// nothing while it waits (W8).

import { LineContent } from '../../lib/door/line-encoder.js'
import { Batch } from '../../lib/recorder/batch.js'
import { RecordQueue } from '../../lib/recorder/queue.js'
import { readyBatch } from '../../lib/recorder/ready-batch.js'

const KiB = 1024
const line = 'x'.repeat(KiB - 1)

function makeQueue(): RecordQueue {
  return new RecordQueue({
    path: '',
    maxBufferedBytes: 64 * KiB * KiB,
    maxRecordBytes: KiB * KiB,
    keptBytes: 0,
  })
}

/** The room that a batch had for its first record; it gets so many of 1 KiB, and is taken. */
function roomOfBatch(queue: RecordQueue, records: number): number {
  const room = queue.addText(line, LineContent.anything).bytes.length
  for (let i = 1; i < records; i++) queue.addText(line, LineContent.anything)
  const batch = queue.take()
  if (batch instanceof Batch) batch.release()
  return room
}

test('a producer that gives more and less in turn keeps the room for more', () => {
  const queue = makeQueue()
  roomOfBatch(queue, 60)
  const rooms = Array.from({ length: 100 }, (_, i) => roomOfBatch(queue, i % 8 === 7 ? 60 : 2))
  expect(new Set(rooms)).toEqual(new Set([64 * KiB]))
})

test('after many small batches in a row there is less room, and no less than the least', () => {
  const queue = makeQueue()
  roomOfBatch(queue, 60)
  const rooms = Array.from({ length: 8 * 6 }, () => roomOfBatch(queue, 1))
  expect(rooms.filter((_, i) => i % 8 === 0)).toEqual([64, 32, 16, 8, 4, 4].map((size) => size * KiB))
})

test('the first record goes into the batch that stands ready, and that is ready for nobody else then', () => {
  const ready = readyBatch(4 * KiB)
  const [one, other] = [makeQueue(), makeQueue()]
  expect(one.addText('1', LineContent.anything)).toBe(ready)
  expect(other.addText('2', LineContent.anything)).not.toBe(ready)
  expect(one.addText('3', LineContent.anything)).toBe(ready)
  expect(ready.bytes.toString('utf8', 0, ready.length)).toBe('1\n3\n')
})

test('a line that is refused leaves the batch that stands ready empty, and the queue as it was', () => {
  const ready = readyBatch(4 * KiB)
  const queue = makeQueue()
  expect(() => queue.addText('1\n2', LineContent.json)).toThrow(TypeError)
  expect([ready.length, ready.records, queue.empty, queue.pendingBytes]).toEqual([0, 0, true, 0])
  expect(queue.addText('12', LineContent.json)).toBe(ready)
  expect(ready.bytes.toString('utf8', 0, ready.length)).toBe('12\n')
})

test('a queue makes a batch of its own room ready, and however many do so, one stands ready', () => {
  const large = makeQueue()
  roomOfBatch(large, 60)
  const small = readyBatch(4 * KiB)
  large.makeReady()
  expect(readyBatch(4 * KiB)).not.toBe(small)
  const ready = readyBatch(4 * KiB)
  for (const queue of Array.from({ length: 100 }, makeQueue)) queue.makeReady()
  expect(readyBatch(4 * KiB)).toBe(ready)
})

test("a record whose writer was stopped before it had the ready batch gets into nobody else's", () => {
  readyBatch(4 * KiB).addText('stopped', LineContent.anything)
  const batch = makeQueue().addText('1', LineContent.anything)
  expect(batch.bytes.toString('utf8', 0, batch.length)).toBe('1\n')
})
