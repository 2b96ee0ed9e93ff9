// large-records.cjs PATH COUNT WAY: so many records of 2 MiB, written within one turn of the event loop, and what memory
// is held by buffers then. WAY: `flushSync` after each; `write`: the pool's thread goes on while the turn lasts.

'use strict'

const v8 = require('node:v8')
const vm = require('node:vm')
const { Recorder } = require('../..')

const [path, count, way] = process.argv.slice(2)
v8.setFlagsFromString('--expose-gc')
const collectGarbage = vm.runInNewContext('gc')

const recorder = Recorder.openSync(path)
const line = Buffer.alloc(2 * 1024 * 1024, '1')
for (let i = 0; i < Number(count); i++) {
  recorder.writeLine(line)
  if (way === 'flushSync') recorder.flushSync()
  // Small ones, until that one is written.
  else while (recorder.pendingBytes > line.length) recorder.writeLine('1')
}
recorder.flushSync()
collectGarbage()
const heldMiB = Math.round(process.memoryUsage().arrayBuffers / (1024 * 1024))
process.stdout.write(`${JSON.stringify({ bytes: recorder.stats.bytes, heldMiB })}\n`)
