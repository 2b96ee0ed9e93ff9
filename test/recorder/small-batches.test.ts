// Memory is bounded (W8) also where each record comes in a batch of its own: what holds it counts, too.

import type { AppendError } from '../../lib/index.js'
import { RecordQueue } from '../../lib/recorder/queue.js'
import { LineContent } from '../../lib/door/line-encoder.js'
import { Batch } from '../../lib/recorder/batch.js'
import { openRecorder } from '../support/open-recorder.js'
import { valuesOf } from '../support/temporary.js'

const KiB = 1024

function refusals(ended: readonly PromiseSettledResult<unknown>[]): unknown[] {
  return ended.flatMap((end) => (end.status === 'rejected' ? [(end.reason as AppendError).kind] : []))
}

test('groups of one record are refused long before their bytes alone fill the bound', async () => {
  const recorder = openRecorder({ maxBufferedBytes: 128 * KiB })
  const given = Array.from({ length: 1000 }, (_, i) => recorder.appendAll([i]))
  expect(recorder.pendingBytes).toBeLessThan(4 * KiB)
  const ended = await Promise.allSettled(given)
  const refused = refusals(ended)
  expect(new Set(refused)).toEqual(new Set(['BufferFull']))
  expect(refused.length).toBeGreaterThan(500)
  expect(valuesOf(recorder.path)).toHaveLength(1000 - refused.length)
})

test('so are records with a flush behind each', async () => {
  const recorder = openRecorder({ maxBufferedBytes: 128 * KiB })
  const given = Array.from({ length: 1000 }, async (_, i) => {
    recorder.write(i)
    await recorder.flush()
  })
  const refused = refusals(await Promise.allSettled(given))
  expect(new Set(refused)).toEqual(new Set(['BufferFull']))
  expect(refused.length).toBeGreaterThan(500)
  expect(valuesOf(recorder.path)).toHaveLength(1000 - refused.length)
})

test('a small record between large ones does not hold a large buffer while it waits', () => {
  const limits = { path: '', maxBufferedBytes: 64 * KiB * KiB, maxRecordBytes: KiB * KiB, keptBytes: 0 }
  const queue = new RecordQueue(limits)
  // It leaves no room in its buffer for the small one.
  const large = Buffer.alloc(1024 * KiB - 33, '1')
  for (let i = 0; i < 10; i++) {
    queue.addBytes(Buffer.from('1'), LineContent.json)
    queue.addBytes(large, LineContent.json)
  }
  const batches = queue.takeAll().filter((item) => item instanceof Batch)
  const held = batches.reduce((sum, { bytes }) => sum + bytes.length, 0)
  expect(held).toBeLessThan(queue.pendingBytes + 1024 * KiB)
})
