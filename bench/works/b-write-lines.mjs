// B: lines given one behind the other, from the first to the last one in the file; then the time inside each call.

import { CallTimes } from '../lib/clock.mjs'
import { appendEach, give, perRecord, prepare } from '../lib/loops.mjs'
import { lines } from '../lib/records.mjs'
import { warmUp } from '../lib/warm-up.mjs'

export const id = 'B'
export const title = 'Lines as fast as they are taken'
export const about =
  'Lines that are JSON text already, given one behind the other, from the first call until all are in the file and it is closed; and the time inside the call. Before that each candidate of Node has recorded for 640 ms (320 with 64 bytes and with transcripts, where all are steady by then), for a recorder runs for hours and its compiled code is what counts; how fast the first 160 ms of a fresh process are stands beside (the C++ programs have no such time). wholeline by `writeLine` with `validateLines: false`, since no other candidate checks its lines; with the check it is shown beside. No candidate syncs the file: sonic-boom would when it is closed, and that is left out. A record of 4 KB and more is longer than `minLength 4096`, so sonic-boom with it is shown at the other sizes only. Where a candidate asks its producer to wait, that is done after each 1 MiB.'

export const metrics = {
  nsPerRecord: { label: 'Time per record', unit: 'ns' },
  startNsPerRecord: { label: 'Time per record, first 160 ms of a process', unit: 'ns' },
  insideP50: { label: 'Time inside the call, median', unit: 'ns' },
  insideP99: { label: 'Time inside the call, p99', unit: 'ns' },
}

const limits = ['native-batches', 'native-batches-handed', 'native-batches-handed-512']
const ours = ['record', 'record-this-thread', 'record-checked']
const peers = ['sonic-sync', 'sonic-async', 'write-stream', 'rotating', 'fs-write']
/** They differ where a record is shorter than that. */
const gathering = ['sonic-sync-4096', 'sonic-async-4096']
const slow = ['fs-append', 'file-handle', 'sqlite-off']

export function cases({ milliseconds, rounds, warmUps, warmUpMilliseconds }) {
  const few = Math.min(rounds, 3)
  const one = (name, records, more, rounds) => ({
    name,
    parameters: { records, warmUps, warmUpMilliseconds },
    candidates: [...limits, ...ours, ...peers, ...more],
    rounds,
    milliseconds,
  })
  return [
    one('256 B', 256, ['encode', 'encode-written', ...gathering, ...slow], rounds),
    one('64 B', 64, gathering, few),
    one('4 KB', 4096, [], few),
    one('64 KB', 65_536, [], few),
    one('transcripts', 'transcripts', gathering, few),
  ]
}

export function rings({ records }) {
  return [lines(records)]
}

function loop(handle, records, milliseconds) {
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
    return times.summary()
  }
  // The code around the call has to be compiled too.
  await timed(`${folder}/inside-warm-up`, new CallTimes())
  const { insideP50, insideP99 } = await timed(`${folder}/inside`, new CallTimes())
  return { insideP50, insideP99 }
}

export async function measure({ open, path, folder, parameters, milliseconds }) {
  const records = prepare(lines(parameters.records))
  const recordInto = async (path, milliseconds) => loop(await open(path), records, milliseconds)
  const startNsPerRecord = await warmUp(recordInto, folder, parameters)
  const handle = await open(path)
  const whole = await loop(handle, records, milliseconds)
  const inside = handle.write && (await timeInside(open, folder, records, milliseconds / 2))
  return perRecord(whole, { startNsPerRecord, ...inside })
}

export const charts = [
  { metric: 'nsPerRecord', cases: ['256 B'] },
  { metric: 'insideP50', cases: ['256 B'] },
  { metric: 'nsPerRecord', cases: ['64 B', '4 KB', '64 KB', 'transcripts'] },
]
