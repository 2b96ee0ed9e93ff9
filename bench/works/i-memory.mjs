// I: the resident size while very many records are recorded.

import { Stopwatch } from '../lib/clock.mjs'
import { prepare } from '../lib/loops.mjs'
import { sizedLines } from '../lib/records.mjs'
import { summarise } from '../lib/statistics.mjs'

export const id = 'I'
export const title = 'Memory over time'
export const about =
  'The resident size of the process while 64-byte lines are recorded, looked at a hundred times. Growth is the median of the last quarter over that of the second; the first is warm-up. Others record a fifth as many, for they take that much longer.'

export const metrics = {
  growth: { label: 'Growth after warm-up', unit: '×' },
  residentBytes: { label: 'Resident size at the end', unit: 'B' },
  nsPerRecord: { label: 'Time per record', unit: 'ns' },
}

export function cases({ memoryRecords }) {
  const one = (records, candidates) => ({
    name: `${records / 1e6} million`,
    parameters: { records },
    candidates,
    rounds: 1,
    milliseconds: 0,
  })
  return [
    one(memoryRecords, ['record']),
    one(Math.ceil(memoryRecords / 5), ['record', 'sonic-sync-4096', 'write-stream']),
  ]
}

const lineBytes = 64
const samples = 100

export function rings() {
  return [sizedLines(lineBytes)]
}

/** How much larger the last quarter of the samples is than the second. */
export function growthOf(sizes) {
  const quarter = Math.floor(sizes.length / 4)
  const second = summarise(sizes.slice(quarter, 2 * quarter)).median
  return summarise(sizes.slice(-quarter)).median / second
}

export async function measure({ open, path, parameters }) {
  const records = prepare(sizedLines(lineBytes))
  const handle = await open(path)
  const sizes = []
  const total = parameters.records
  const between = Math.max(1, Math.floor(total / samples))
  const watch = new Stopwatch(0)
  for (let count = 0, asked = false; count < total;) {
    const { line, ended } = records[count % records.length]
    if (handle.write(line, ended) === false) asked = true
    count++
    if (count % 4096 === 0 && asked) {
      await handle.drained()
      asked = false
    }
    if (count % between === 0) sizes.push(process.memoryUsage.rss())
  }
  await handle.finish()
  const nsPerRecord = watch.elapsed / total
  const metrics = { growth: growthOf(sizes), residentBytes: sizes.at(-1), nsPerRecord }
  return { count: total, metrics, samples: sizes }
}

export const charts = [{ samples: true, unit: 'B', label: 'Resident size' }]
