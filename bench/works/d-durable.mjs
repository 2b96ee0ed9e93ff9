// D: an append counts when it is on the disk.

import { keepInFlight, prepare } from '../lib/loops.mjs'
import { memoryFolder } from '../lib/memory-folder.mjs'
import { lines } from '../lib/records.mjs'
import { takeTurns } from '../lib/turns.mjs'
import { warmUp } from '../lib/warm-up.mjs'

export const id = 'D'
export const title = 'Durable'
export const about =
  'Each record is acknowledged once it is on the disk; with one append in flight, and with 64 that need not wait for each other. better-sqlite3 makes each record a transaction of its own; the lines with "64" hand it, and classic-level, 64 records as one transaction or batch, which all stand or fall together. A file that grows takes the journal of the file system with it at each sync, since its new length has to be on the disk, too. What that costs shows a C++ program that writes over space that the file has already, as a database does with its log once that has gone round (SQLite here only later: its log grows until it has 4 MB). Before that each candidate of Node has recorded in memory (tmpfs) for 1.3 s: a recorder runs for hours, and on the disk, where an append takes half a millisecond, V8 would take ten seconds to see enough calls to compile them. How fast the first 160 ms of a fresh process are, on the disk, stands beside.'

export const metrics = {
  nsPerRecord: { label: 'Time per record', unit: 'ns' },
  startNsPerRecord: { label: 'Time per record, first 160 ms of a process', unit: 'ns' },
}

export function cases({ milliseconds, mediumTurns: turns, rounds, warmUps, warmUpMilliseconds }) {
  const always = ['record-durable']
  const one = (inFlight, candidates) => ({
    name: `${inFlight} in flight`,
    parameters: { records: 256, inFlight, warmUps: warmUps * 2, warmUpMilliseconds },
    candidates,
    rounds,
    milliseconds: milliseconds * 2,
    turns,
  })
  return [
    one(1, [
      'native-synced',
      'native-synced-handed',
      'native-synced-over',
      'synced-addon',
      ...always,
      'file-handle-durable',
      'sqlite-full',
      'level-sync',
    ]),
    one(64, [
      'native-group',
      'native-group-handed',
      'native-group-over',
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

export async function measure(spec) {
  const { open, path, folder, parameters } = spec
  const records = prepare(lines(parameters.records))
  const record = (handle, time, from) => keepInFlight(handle, records, time, from, parameters.inFlight)
  const recordInto = async (file, time) => {
    const handle = await open(file)
    const recorded = await record(handle, time, 0)
    await handle.finish()
    return recorded
  }
  const startNsPerRecord = await warmUp(recordInto, folder, { ...parameters, warmUps: 1 })
  await warmUp(recordInto, memoryFolder(folder), parameters)
  const handle = await open(path)
  let next = 0
  // All of it in one file: a database makes others when it is opened.
  const { count, metrics } = await takeTurns(spec, async (turn, time) => {
    const recorded = await record(handle, time, next)
    next += recorded.count
    return recorded
  })
  await handle.finish()
  return { count, metrics: { ...metrics, startNsPerRecord } }
}

export const charts = [{ metric: 'nsPerRecord' }]
