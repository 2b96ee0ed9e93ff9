// terminate.cjs PATH ROUNDS: as often starts a worker that appends in every way without end, and terminates it
// in the middle. Prints how many appends were acknowledged in all.

'use strict'

const { once } = require('node:events')
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')
const { AppendFile, Recorder } = require('../..')

/** Of a worker: how many were acknowledged. */
async function appendForEver({ path, acknowledged, seed }) {
  const counter = new Int32Array(acknowledged)
  const count = () => Atomics.add(counter, 0, 1)
  const file = AppendFile.openSync(path)
  const recorder = Recorder.openSync(path, { fsync: seed % 3 === 0 ? 'always' : 'never' })
  recorder.on('error', (error) => {
    throw error
  })
  for (let i = 0; ; i++) {
    const value = { seed, i, text: 'x'.repeat((i * 997 + seed * 31) % 20_000) }
    const line = `${JSON.stringify(value)}\n`
    file.appendSync(line)
    count()
    recorder.appendSync(value)
    count()
    file.append(line).then(count)
    recorder.append(value).then(count)
    if (i % 4 === seed % 4) await recorder.append(value).then(count)
    if (i === 3) parentPort.postMessage('under way')
  }
}

async function main() {
  const [path, rounds] = [process.argv[2], Number(process.argv[3])]
  const acknowledged = new SharedArrayBuffer(4)
  for (let seed = 0; seed < rounds; seed++) {
    const worker = new Worker(process.argv[1], { workerData: { path, acknowledged, seed } })
    await once(worker, 'message')
    await worker.terminate()
  }
  process.stdout.write(String(new Int32Array(acknowledged)[0]))
}

if (isMainThread) main()
else appendForEver(workerData)
