// B: lines given one behind the other, from the first to the last one in the file; then the time inside each call.

import { CallTimes } from '../lib/clock.mjs'
import { appendEach, give, perRecord, prepare } from '../lib/loops.mjs'
import { lines } from '../lib/records.mjs'

export const id = 'B'
export const title = 'Lines as fast as they are taken'
export const about =
  'Lines that are JSON text already, given one behind the other, from the first call until all are in the file and it is closed; and the time inside the call. wholeline by `writeLine` with `validateLines: false`, since no other candidate checks its lines; with the check it is shown beside. Where a candidate asks its producer to wait, that is done after each 1 MiB.'

export const metrics = {
  nsPerRecord: { label: 'Time per record', unit: 'ns' },
  insideP50: { label: 'Time inside the call, median', unit: 'ns' },
  insideP99: { label: 'Time inside the call, p99', unit: 'ns' },
}

const fast = ['native-batches', 'record', 'record-this-thread', 'record-checked']
const peers = ['sonic-sync', 'sonic-sync-4096', 'sonic-async', 'sonic-async-4096', 'write-stream', 'rotating']
const singly = ['fs-write', 'fs-append', 'file-handle', 'sqlite-off']

export function cases({ milliseconds, rounds }) {
  const few = Math.min(rounds, 3)
  const one = (name, records, candidates, rounds) => ({
    name,
    parameters: { records },
    candidates,
    rounds,
    milliseconds,
  })
  return [
    one('256 B', 256, [...fast, ...peers, ...singly], rounds),
    one('64 B', 64, [...fast, ...peers], few),
    one('4 KB', 4096, [...fast, ...peers], few),
    one('64 KB', 65_536, [...fast, ...peers, 'fs-write'], few),
    one('transcripts', 'transcripts', [...fast, ...peers], few),
  ]
}

export function rings({ records }) {
  return [lines(records)]
}

function loop(handle, records, milliseconds) {
  return (handle.write === undefined ? appendEach : give)(handle, records, milliseconds)
}

async function timeInside(handle, records, milliseconds) {
  if (handle.write === undefined) {
    await handle.finish()
    return {}
  }
  const times = new CallTimes()
  await give(handle, records, milliseconds, (one, { line, ended }) => {
    times.start()
    const more = one.write(line, ended)
    times.stop()
    return more
  })
  const { insideP50, insideP99 } = times.summary()
  return { insideP50, insideP99 }
}

export async function measure({ open, path, folder, parameters, milliseconds }) {
  const records = prepare(lines(parameters.records))
  await loop(await open(`${folder}/warm-up`), records, milliseconds)
  const whole = await loop(await open(path), records, milliseconds)
  return perRecord(whole, await timeInside(await open(`${folder}/inside`), records, milliseconds / 2))
}

export const charts = [
  { metric: 'nsPerRecord', cases: ['256 B'] },
  { metric: 'insideP50', cases: ['256 B'] },
  { metric: 'nsPerRecord', cases: ['64 B', '4 KB', '64 KB', 'transcripts'] },
]
