// Memory under a fast producer (W8). test/support/producer.cjs does the same with ten million records.

import { statSync } from 'node:fs'
import { runProgram } from '../support/children.js'
import { temporaryPath } from '../support/temporary.js'

const MiB = 1024 * 1024
const recordBytes = 200

async function produce(path: string, count: number, behaviour: string): Promise<unknown> {
  const { stdout, stderr } = await runProgram('producer.cjs', [path, String(count), behaviour])
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

test('a producer that honours false and drain never has more waiting than the mark and one record', async () => {
  const path = temporaryPath()
  const produced = (await produce(path, 200_000, 'honour')) as { mostPending: number }
  expect(produced).toMatchObject({ accepted: 200_000, refusal: null, records: 200_000 })
  expect(produced.mostPending).toBeLessThanOrEqual(MiB + recordBytes)
  expect(statSync(path).size).toBe(200_000 * recordBytes)
})

test('one that ignores them is refused at the bound, and everything accepted is in the file', async () => {
  const path = temporaryPath()
  const produced = (await produce(path, 10_000_000, 'ignore')) as { accepted: number; mostPending: number }
  expect(produced).toMatchObject({ refusal: 'BufferFull', records: produced.accepted })
  expect(produced.mostPending).toBeLessThanOrEqual(128 * MiB)
  // What holds the records counts, too, and is little.
  expect(produced.mostPending).toBeGreaterThan(127 * MiB)
  expect(statSync(path).size).toBe(produced.accepted * recordBytes)
})

test.each(['flushSync', 'write'])(
  'what %s has written within a turn is not kept until its end',
  async (way) => {
    const { code, stdout, stderr } = await runProgram('large-records.cjs', [temporaryPath(), '50', way])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { bytes, heldMiB } = JSON.parse(stdout) as { bytes: number; heldMiB: number }
    expect(bytes).toBeGreaterThanOrEqual(100 * MiB)
    expect(heldMiB).toBeLessThan(50)
  },
)
