// producer.cjs PATH COUNT BEHAVIOUR: write()s so many records of 200 bytes, and prints what memory that took.
// BEHAVIOUR: `honour` waits for `drain` whenever write() says false; `ignore` goes on until it is refused.

'use strict'

const { once } = require('node:events')
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

function ignore(recorder) {
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
