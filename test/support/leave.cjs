// leave.cjs PATH HOW BYTES OPTIONS: 1,000 records of about so many bytes by write(), and then the end, at once
// or (HOW ends in `-later`) when some batches are written and another is on its way.
// In a worker (HOW begins with `worker-`) it is the worker's end.

'use strict'

const { Worker, isMainThread, workerData } = require('node:worker_threads')
const { setImmediate: turn } = require('node:timers/promises')
const { Recorder } = require('../..')

const [path, given, bytes, options] = isMainThread ? process.argv.slice(2) : workerData
const inWorker = given.startsWith('worker-')
const later = given.endsWith('-later')
const how = given.replace('worker-', '').replace('-later', '')

function leave(recorder) {
  const ways = {
    exit: () => process.exit(0),
    flushSyncAndExit: () => process.exit(0),
    appendSyncAndExit: () => process.exit(0),
    throw: () => {
      throw new Error('left by throwing')
    },
    reject: () => void Promise.reject(new Error('left by rejecting')),
    end: () => undefined,
    // The recorder is being closed, and has not been.
    close: () => {
      void recorder.close()
      process.exit(0)
    },
    // Listeners of `exit` that record something themselves, before and after the recorder's own.
    listen: () => {
      process.prependListener('exit', () => recorder.write('first listener'))
      process.on('exit', () => recorder.write('last listener'))
    },
    listenAndWriteMuch: () => {
      process.on('exit', () => {
        for (let i = 0; i < 20; i++) recorder.write({ i: 1000 + i, text: 'x'.repeat(300_000) })
      })
      process.exit(0)
    },
    listenAndExit: () => {
      ways.listen()
      process.exit(0)
    },
  }
  ways[how]()
}

async function record() {
  const recorder = await Recorder.open(path, JSON.parse(options))
  const text = 'x'.repeat(Number(bytes))
  for (let i = 0; i < 1000; i++) {
    recorder.write({ i, text })
    // Nothing waits then, for a moment.
    if (i === 500 && how === 'flushSyncAndExit') recorder.flushSync()
    if (i === 500 && how === 'appendSyncAndExit') recorder.appendSync({ i: 'between' })
  }
  while (later && recorder.stats.batches < 3 && recorder.pendingBytes > 0) await turn()
  leave(recorder)
}

if (inWorker && isMainThread) {
  const worker = new Worker(process.argv[1], { workerData: [path, given, bytes, options] })
  worker.on('error', (error) => process.stdout.write(`worker: ${error.message}\n`))
  worker.on('exit', () => process.stdout.write('worker: left\n'))
} else {
  record()
}
