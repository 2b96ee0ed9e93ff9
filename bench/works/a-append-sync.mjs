// A: one append after another, each in the file when the call returns, with the range where there is one.

import { appendEach, perRecord, prepare } from '../lib/loops.mjs'
import { lines } from '../lib/records.mjs'

export const id = 'A'
export const title = 'One record at a time'
export const about =
  '`appendSync` of one 256-byte Buffer. wholeline and the C++ program know the range of each record; of the others only the one with `fstatSync` does.'

export const metrics = { nsPerRecord: { label: 'Time per record', unit: 'ns' } }

export function cases({ milliseconds, rounds }) {
  const limits = ['native-append', 'native-append-threads']
  const ours = ['append', 'record-sync']
  const plain = ['fs-write', 'fs-write-fstat', 'fs-append']
  const peers = ['file-handle', 'sonic-sync', 'sqlite-off', 'level']
  return [
    {
      name: '256 B',
      parameters: { records: 256 },
      candidates: [...limits, ...ours, ...plain, ...peers],
      rounds,
      milliseconds,
    },
  ]
}

export function rings({ records }) {
  return [lines(records)]
}

export async function measure({ open, path, folder, parameters, milliseconds }) {
  const records = prepare(lines(parameters.records))
  await appendEach(await open(`${folder}/warm-up`), records, milliseconds)
  return perRecord(await appendEach(await open(path), records, milliseconds))
}

export const charts = [{ metric: 'nsPerRecord' }]
