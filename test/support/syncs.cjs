// syncs.cjs PATH OPTIONS HOW [LOG], under strace: appends three records in some way, and says `ack` after each
// that was acknowledged. With LOG it then waits until that (strace's own) tells of a sync.

'use strict'

const { readFileSync, writeSync } = require('node:fs')
const { setTimeout: pause } = require('node:timers/promises')
const { Recorder } = require('../..')

const [path, options, how, log] = process.argv.slice(2)

const ways = {
  append: (recorder) => recorder.append(1),
  appendWithSync: (recorder) => recorder.append(1, { sync: true }),
  appendAll: (recorder) => recorder.appendAll([1]),
  appendSync: (recorder) => recorder.appendSync(1),
  async flush(recorder) {
    recorder.write(1)
    await recorder.flush()
  },
  flushSync(recorder) {
    recorder.write(1)
    recorder.flushSync()
  },
  async sync(recorder) {
    recorder.write(1)
    await recorder.sync()
  },
}

async function main() {
  const recorder = await Recorder.open(path, JSON.parse(options))
  for (let i = 0; i < 3; i++) {
    await ways[how](recorder)
    writeSync(1, 'ack\n')
  }
  while (log !== undefined && !readFileSync(log, 'utf8').includes('fdatasync(')) await pause(1)
}

main()
