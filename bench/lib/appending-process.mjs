// One of several processes that append to one file (work E). It is told to open a file, and then to record into that
// for so many milliseconds, which closes it; again and again.

import { loadCandidate } from '../candidates/index.mjs'
import { appendEach, give, prepare } from './loops.mjs'
import { sizedLines } from './records.mjs'

const spec = JSON.parse(process.argv[2])
const writer = Number(process.argv[3])
const { candidate, adapter } = await loadCandidate(spec.candidate)
const records = prepare(sizedLines(spec.parameters.records, writer))

/** Batches are what a recorder is for; the others append one by one. */
const loop = spec.candidate === 'record' ? give : appendEach

let handle = null

async function record(milliseconds) {
  // The same clock in all processes.
  const started = Number(process.hrtime.bigint())
  const { count, elapsed } = await loop(handle, records, milliseconds)
  return { count, started, ended: started + elapsed }
}

process.on('message', async ({ file, milliseconds }) => {
  if (file !== undefined) handle = await adapter.open(file, candidate.options ?? {})
  process.send(file === undefined ? await record(milliseconds) : 'open')
})
process.send('there')
