// Memory is bounded (W8) also where each record comes in a batch of its own: what holds it counts, too.

import type { AppendError } from '../../lib/index.js'
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
