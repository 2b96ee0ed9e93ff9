// Lines in memory that another thread changes meanwhile: what was checked is what is recorded, so each line is one JSON
// value, or was refused at the call.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterTest } from '../support/after-test.js'
import { everyLineWay, openRecorder } from '../support/open-recorder.js'
import { linesOf } from '../support/temporary.js'

/** A thread that goes on changing the last character: a digit, a letter, a line feed. */
const change = `
  const { workerData, parentPort } = require('node:worker_threads')
  parentPort.postMessage('begun')
  for (let i = 0; ; i++) workerData[workerData.length - 2] = [0x31, 0x78, 0x0a][i % 3]
`

/** Long, so that judging it takes a while. */
const line = Buffer.from(`[${'1,'.repeat(5000)}1]`)

async function changingLine(): Promise<Uint8Array> {
  const shared = new Uint8Array(new SharedArrayBuffer(line.length))
  shared.set(line)
  const worker = new Worker(change, { eval: true, workerData: shared })
  afterTest(() => worker.terminate())
  await once(worker, 'message')
  return shared
}

test.each(everyLineWay)(
  '%s records each as it was checked',
  async (_, record) => {
    const shared = await changingLine()
    const recorder = openRecorder({ maxBufferedBytes: 1024 * 1024 * 1024 })
    const given: Promise<unknown>[] = []
    const refused: unknown[] = []
    while (given.length < 300 || refused.length < 300) {
      try {
        given.push(Promise.resolve(record(recorder, shared)))
      } catch (error) {
        refused.push(error)
      }
    }
    await Promise.all(given)
    await recorder.flush()
    const lines = linesOf(recorder.path)
    expect(lines.filter((text) => text !== line.toString())).toHaveLength(0)
    expect(lines.length).toBe(given.length)
    expect(refused.every((error) => error instanceof TypeError)).toBe(true)
  },
  60_000,
)
