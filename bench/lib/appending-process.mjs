// One of several processes that append to one file (work E). They append to one file before, so that the code that
// runs beside others is warm too; what is measured begins when all are ready.

import { once } from 'node:events'
import { loadCandidate } from '../candidates/index.mjs'
import { appendEach, give, prepare } from './loops.mjs'
import { sizedLines } from './records.mjs'

const spec = JSON.parse(process.argv[2])
const writer = Number(process.argv[3])
const { candidate, adapter } = await loadCandidate(spec.candidate)
const records = prepare(sizedLines(spec.parameters.records, writer))

/** Batches are what a recorder is for; the others append one by one. */
const loop = spec.candidate === 'record' ? give : appendEach

process.send('there')
await once(process, 'message')
await loop(
  await adapter.open(`${spec.folder}/warm-up`, candidate.options ?? {}),
  records,
  spec.parameters.together,
)
const handle = await adapter.open(spec.path, candidate.options ?? {})
process.send('ready')
await once(process, 'message')
// The same clock in all processes.
const started = Number(process.hrtime.bigint())
const { count } = await loop(handle, records, spec.milliseconds)
process.send({ count, started, ended: Number(process.hrtime.bigint()) })
process.disconnect()
