// C: objects, so that making their text is part of it.

import { give } from '../lib/loops.mjs'
import { lines, objects } from '../lib/records.mjs'
import { recordInTurns } from '../lib/turns.mjs'
import { warmUp } from '../lib/warm-up.mjs'

export const id = 'C'
export const title = 'Objects'
export const about =
  '`write(object)`, from the first call until all are in the file and it is closed. Beside it stand `JSON.stringify` and `Buffer.from` without any writing, which make a new Buffer for each record. pino and winston put level and time before what they are given, so they are given the log objects without; in front of the transcripts they put them, too, and write that much more. Each has recorded before for 320 ms.'

export const metrics = {
  nsPerRecord: { label: 'Time per record', unit: 'ns' },
  startNsPerRecord: { label: 'Time per record, first 160 ms of a process', unit: 'ns' },
}

const candidates = ['stringify', 'record', 'record-this-thread', 'fs-write', 'write-stream', 'sonic-sync']
const labels = {
  record: 'wholeline Recorder.write',
  'record-this-thread': "wholeline Recorder.write, flushMode 'sync'",
}
const peers = ['sonic-async-4096', 'pino', 'winston', 'rotating']

export function cases({ milliseconds, longTurns: turns, rounds, warmUps, warmUpMilliseconds }) {
  return ['transcripts', 'logs'].map((records) => ({
    name: records,
    parameters: { records, warmUps: Math.ceil(warmUps / 2), warmUpMilliseconds },
    candidates: [...candidates, ...peers],
    labels,
    rounds: Math.min(rounds, 3),
    milliseconds: (milliseconds / 2) * turns,
    turns,
  }))
}

export function rings({ records }) {
  return [lines(records)]
}

export async function measure(spec) {
  const { open, folder, parameters } = spec
  const items = objects(parameters.records).map(({ full, bare }) => ({
    full,
    bare,
    bytes: Buffer.from(`${JSON.stringify(full)}\n`),
  }))
  const writeObject = (one, item) => one.writeObject(item)
  const recordInto = async (file, time) => give(await open(file), items, time, writeObject)
  const startNsPerRecord = await warmUp(recordInto, folder, parameters)
  const { count, metrics } = await recordInTurns(spec, recordInto)
  return { count, metrics: { ...metrics, startNsPerRecord } }
}

export const charts = [{ metric: 'nsPerRecord' }]
