// D: an append counts when it is on the disk.

import { keepInFlight, perRecord, prepare } from '../lib/loops.mjs'
import { lines } from '../lib/records.mjs'

export const id = 'D'
export const title = 'Durable'
export const about =
  'Each record is acknowledged once it is on the disk; with one append in flight, and with 64 that need not wait for each other. better-sqlite3 makes each record a transaction of its own; the lines with "64" hand it, and classic-level, 64 records as one transaction or batch, which all stand or fall together.'

export const metrics = { nsPerRecord: { label: 'Time per record', unit: 'ns' } }

export function cases({ milliseconds, rounds }) {
  const always = ['record-durable']
  const one = (inFlight, candidates) => ({
    name: `${inFlight} in flight`,
    parameters: { records: 256, inFlight },
    candidates,
    rounds,
    milliseconds: milliseconds * 1.5,
  })
  return [
    one(1, [
      'native-synced',
      'native-synced-handed',
      ...always,
      'file-handle-durable',
      'sqlite-full',
      'level-sync',
    ]),
    one(64, [
      'native-group',
      'native-group-handed',
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
  await keepInFlight(await open(`${folder}/warm-up`), records, milliseconds / 5, parameters.inFlight)
  return perRecord(await keepInFlight(await open(path), records, milliseconds, parameters.inFlight))
}

export const charts = [{ metric: 'nsPerRecord' }]
