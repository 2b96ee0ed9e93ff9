// One of several processes that append to one file (work E). Its records are ready and its code is warm before it
// says so to its parent; it begins when it is told to.

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

const warmUp = await adapter.open(`${spec.folder}/warm-up-${writer}`, candidate.options ?? {})
await loop(warmUp, records, spec.milliseconds / 5)
const handle = await adapter.open(spec.path, candidate.options ?? {})
process.send('ready')
await once(process, 'message')
// The same clock in all processes.
const started = Number(process.hrtime.bigint())
const { count } = await loop(handle, records, spec.milliseconds)
process.send({ count, started, ended: Number(process.hrtime.bigint()) })
process.disconnect()
