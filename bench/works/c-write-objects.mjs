// C: objects, so that making their text is part of it.

import { give, perRecord } from '../lib/loops.mjs'
import { lines, objects } from '../lib/records.mjs'

export const id = 'C'
export const title = 'Objects'
export const about =
  '`write(object)`, from the first call until all are in the file and it is closed. The floor is `JSON.stringify` and `Buffer.from` without any writing. pino and winston put level and time before what they are given, so they are given the log objects without.'

export const metrics = { nsPerRecord: { label: 'Time per record', unit: 'ns' } }

const candidates = ['stringify', 'record', 'record-this-thread', 'fs-write', 'write-stream', 'sonic-sync']
const peers = ['sonic-async-4096', 'pino', 'winston', 'rotating']

export function cases({ milliseconds, rounds }) {
  return ['transcripts', 'logs'].map((records) => ({
    name: records,
    parameters: { records },
    candidates: [...candidates, ...peers],
    rounds: Math.min(rounds, 3),
    milliseconds,
  }))
}

export function rings({ records }) {
  return [lines(records)]
}

export async function measure({ open, path, folder, parameters, milliseconds }) {
  const items = objects(parameters.records).map(({ full, bare }) => ({
    full,
    bare,
    bytes: Buffer.from(`${JSON.stringify(full)}\n`),
  }))
  const writeObject = (one, item) => one.writeObject(item)
  await give(await open(`${folder}/warm-up`), items, milliseconds / 2, writeObject)
  return perRecord(await give(await open(path), items, milliseconds, writeObject))
}

export const charts = [{ metric: 'nsPerRecord' }]
