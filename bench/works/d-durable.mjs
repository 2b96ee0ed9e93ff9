// D: an append counts when it is on the disk.

import { keepInFlight, perRecord, prepare } from '../lib/loops.mjs'
import { lines } from '../lib/records.mjs'
import { warmUp } from '../lib/warm-up.mjs'

export const id = 'D'
export const title = 'Durable'
export const about =
  'Each record is acknowledged once it is on the disk; with one append in flight, and with 64 that need not wait for each other. better-sqlite3 makes each record a transaction of its own; the lines with "64" hand it, and classic-level, 64 records as one transaction or batch, which all stand or fall together. Each candidate of Node has recorded before for 1.3 s with one in flight, where V8 sees few calls, and 1.9 s with 64, for so long what a group of them costs goes on falling; how fast the first 160 ms are stands beside.'

export const metrics = {
  nsPerRecord: { label: 'Time per record', unit: 'ns' },
  startNsPerRecord: { label: 'Time per record, first 160 ms of a process', unit: 'ns' },
}

export function cases({ milliseconds, rounds, warmUps, warmUpMilliseconds }) {
  const always = ['record-durable']
  const one = (inFlight, times, candidates) => ({
    name: `${inFlight} in flight`,
    parameters: { records: 256, inFlight, warmUps: times, warmUpMilliseconds },
    candidates,
    rounds: Math.min(rounds, 3),
    milliseconds: milliseconds * 1.5,
  })
  return [
    one(1, warmUps * 2, [
      'native-synced',
      'native-synced-handed',
      'synced-addon',
      ...always,
      'file-handle-durable',
      'sqlite-full',
      'level-sync',
    ]),
    one(64, warmUps * 3, [
      'native-group',
      'native-group-handed',
      'synced-addon',
      ...always,
      'sqlite-full',
      'level-sync',
      'sqlite-full-group',
      'level-sync-group',
    ]),
  ]
}

export function rings({ records }) {
  return [lines(records)]
}

export async function measure({ open, path, folder, parameters, milliseconds }) {
  const records = prepare(lines(parameters.records))
  const recordInto = async (file, time) => keepInFlight(await open(file), records, time, parameters.inFlight)
  const startNsPerRecord = await warmUp(recordInto, folder, parameters)
  return perRecord(await recordInto(path, milliseconds), { startNsPerRecord })
}

export const charts = [{ metric: 'nsPerRecord' }]
