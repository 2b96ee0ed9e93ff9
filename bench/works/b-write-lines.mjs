// B: lines given one behind the other, from the first to the last one in the file; then the time inside each call.

import { rmSync } from 'node:fs'
import { CallTimes } from '../lib/clock.mjs'
import { appendEach, give, prepare } from '../lib/loops.mjs'
import { lines } from '../lib/records.mjs'
import { recordInTurns, waitForTurn } from '../lib/turns.mjs'
import { warmUp } from '../lib/warm-up.mjs'

export const id = 'B'
export const title = 'Lines as fast as they are taken'
export const about =
  'Lines that are JSON text already, given one behind the other, from the first call until all are in the file and it is closed; and the time inside the call. Before that each candidate of Node has recorded for 640 ms (320 with 64 bytes and with transcripts, where all are steady by then), for a recorder runs for hours and its compiled code is what counts; how fast the first 160 ms of a fresh process are stands beside (the C++ programs have no such time). wholeline by `writeLine` with `validateLines: false`, since no other candidate checks its lines; with the check it is shown beside. The addon copies the text, has a thread write 512 KiB at a time, and does nothing else. No candidate syncs the file: sonic-boom would when it is closed, and that is left out. A record of 4 KB and more is longer than `minLength 4096`, so sonic-boom with it is shown at the other sizes only. Where a candidate asks its producer to wait, that is done after each 1 MiB.'

export const metrics = {
  nsPerRecord: { label: 'Time per record', unit: 'ns' },
  startNsPerRecord: { label: 'Time per record, first 160 ms of a process', unit: 'ns' },
  insideP50: { label: 'Time inside the call, median', unit: 'ns' },
  insideP99: { label: 'Time inside the call, p99', unit: 'ns' },
}

const limits = ['native-batches', 'native-batches-handed', 'native-batches-handed-512', 'batching-addon']
const ours = ['record', 'record-this-thread', 'record-checked']
const peers = ['sonic-sync', 'sonic-async', 'write-stream', 'fs-write']
/** They differ where a record is shorter than that. */
const gathering = ['sonic-sync-4096', 'sonic-async-4096']
const slow = ['rotating', 'fs-append', 'file-handle', 'sqlite-off']

/**
 * A turn is a recording from the opening on. In one of 20 ms memory would count for most: what is opened takes fresh
 * buffers, and a recorder's are large and used for hours.
 */
export function cases({ milliseconds, longTurns: turns, rounds, warmUps, warmUpMilliseconds }) {
  const few = Math.min(rounds, 2)
  const one = (name, records, candidates, rounds, turns) => ({
    name,
    parameters: { records, warmUps, warmUpMilliseconds },
    candidates,
    rounds,
    milliseconds: milliseconds * turns,
    turns,
  })
  const most = [...limits, ...ours, ...peers]
  return [
    one('256 B', 256, [...most, 'encode', 'encode-written', ...gathering], Math.min(rounds, 3), turns),
    one('256 B, others beside it', 256, ['record', ...slow], few, 1),
    one('64 B', 64, [...most, ...gathering], few, turns),
    one('4 KB', 4096, most, few, turns),
    one('64 KB', 65_536, most, few, turns),
    one('transcripts', 'transcripts', [...most, ...gathering], few, turns),
  ]
}

export function rings({ records }) {
  return [lines(records)]
}

function record(handle, records, milliseconds) {
  return (handle.write === undefined ? appendEach : give)(handle, records, milliseconds)
}

async function timeInside(open, folder, records, milliseconds) {
  const timed = async (path, times) => {
    await give(await open(path), records, milliseconds, (one, { line, ended }) => {
      times.start()
      const more = one.write(line, ended)
      times.stop()
      return more
    })
    rmSync(path, { force: true })
    return times.summary()
  }
  // The code around the call has to be compiled too.
  await timed(`${folder}/inside-warm-up`, new CallTimes())
  waitForTurn()
  const { insideP50, insideP99 } = await timed(`${folder}/inside`, new CallTimes())
  return { insideP50, insideP99 }
}

export async function measure(spec) {
  const { open, folder, parameters, milliseconds } = spec
  const records = prepare(lines(parameters.records))
  let hasInside = false
  const recordInto = async (file, time) => {
    const handle = await open(file)
    hasInside = handle.write !== undefined
    return record(handle, records, time)
  }
  const startNsPerRecord = await warmUp(recordInto, folder, parameters)
  const { count, metrics } = await recordInTurns(spec, recordInto)
  const inside = hasInside && (await timeInside(open, folder, records, milliseconds / spec.turns / 2))
  return { count, metrics: { ...metrics, startNsPerRecord, ...inside } }
}

export const charts = [
  { metric: 'nsPerRecord', cases: ['256 B'] },
  { metric: 'insideP50', cases: ['256 B'] },
  { metric: 'nsPerRecord', cases: ['64 B', '4 KB', '64 KB', 'transcripts'] },
]
