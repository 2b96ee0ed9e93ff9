// A: one append after another, each in the file when the call returns, with the range where there is one.

import { appendEach, prepare } from '../lib/loops.mjs'
import { lines } from '../lib/records.mjs'
import { recordInTurns } from '../lib/turns.mjs'
import { warmUp } from '../lib/warm-up.mjs'

export const id = 'A'
export const title = 'One record at a time'
export const about =
  '`appendSync` of one 256-byte Buffer. wholeline and the C++ program know the range of each record; of the others only the one with `fstatSync` does. Before that each candidate of Node has recorded for 640 ms, for a recorder runs for hours and its compiled code is what counts; how fast the first 160 ms of a fresh process are stands beside. `appendSync` and `fs.writeSync` are closer to each other than two measurements of the same one, so they have turns of 5 ms, and the quartiles of the ratios say how far those lie apart.'

export const metrics = {
  nsPerRecord: { label: 'Time per record', unit: 'ns' },
  startNsPerRecord: { label: 'Time per record, first 160 ms of a process', unit: 'ns' },
}

/** What the marks speak of. */
const marked = [
  'native-append',
  'native-append-threads',
  'append-addon',
  'append',
  'fs-write',
  'fs-write-fstat',
]
const others = ['record-sync', 'fs-append', 'file-handle', 'sonic-sync-buffer', 'sqlite-off', 'level']

export function cases({ milliseconds, shortTurns: turns, rounds, warmUps, warmUpMilliseconds }) {
  const one = (name, candidates, rounds) => ({
    name,
    parameters: { records: 256, warmUps, warmUpMilliseconds },
    candidates,
    rounds,
    milliseconds,
    turns,
  })
  return [
    one('256 B', marked, rounds),
    one('256 B, others beside it', ['append', ...others], Math.min(rounds, 3)),
  ]
}

export function rings({ records }) {
  return [lines(records)]
}

export async function measure(spec) {
  const { open, folder, parameters } = spec
  const records = prepare(lines(parameters.records))
  const recordInto = async (file, time) => appendEach(await open(file), records, time)
  const startNsPerRecord = await warmUp(recordInto, folder, parameters)
  const { count, metrics } = await recordInTurns(spec, recordInto)
  return { count, metrics: { ...metrics, startNsPerRecord } }
}

export const charts = [{ metric: 'nsPerRecord' }]
