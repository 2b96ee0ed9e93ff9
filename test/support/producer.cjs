// producer.cjs PATH COUNT BEHAVIOUR: write()s so many records of 200 bytes, and prints what memory that took.
// BEHAVIOUR: `honour` waits for `drain` whenever write() says false; `ignore` goes on until it is refused, while
// nothing can be written: the only thread of the pool hangs in open(2) of a FIFO that nobody reads.

'use strict'

const { execFileSync } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
process.env.UV_THREADPOOL_SIZE = '1'
const { Recorder } = require('../..')

const [path, count, behaviour] = process.argv.slice(2)
const text = 'x'.repeat(173)

function record(i) {
  return { i: 1_000_000_000 + i, text }
}

async function honour(recorder) {
  let mostPending = 0
  for (let i = 0; i < Number(count); i++) {
    const goOn = recorder.write(record(i))
    mostPending = Math.max(mostPending, recorder.pendingBytes)
    if (!goOn) await once(recorder, 'drain')
  }
  return { accepted: Number(count), refusal: null, mostPending }
}

/** Takes the pool's thread; gives what frees it. */
function block(fifo) {
  execFileSync('mkfifo', [fifo])
  fs.open(fifo, 'w', () => undefined)
  return () => fs.openSync(fifo, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
}

function ignore(recorder) {
  const free = block(`${path}.fifo`)
  try {
    return giveUntilRefused(recorder)
  } finally {
    free()
  }
}

function giveUntilRefused(recorder) {
  for (let i = 0; i < Number(count); i++) {
    try {
      recorder.write(record(i))
    } catch (error) {
      return { accepted: i, refusal: error.kind, mostPending: recorder.pendingBytes }
    }
  }
  return { accepted: Number(count), refusal: null, mostPending: recorder.pendingBytes }
}

async function main() {
  const recorder = await Recorder.open(path)
  const begun = performance.now()
  const outcome = await (behaviour === 'ignore' ? ignore : honour)(recorder)
  await recorder.close()
  const seconds = (performance.now() - begun) / 1000
  const { records, bytes, batches } = recorder.stats
  const maxRssMiB = Math.round(process.resourceUsage().maxRSS / 1024)
  process.stdout.write(`${JSON.stringify({ ...outcome, records, bytes, batches, maxRssMiB, seconds })}\n`)
}

main()
