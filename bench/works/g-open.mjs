// G: opening, and opening with something to repair, against the size of the file.

import { appendFileSync, closeSync, fstatSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { Recorder } from '../../dist/index.mjs'
import { Stopwatch } from '../lib/clock.mjs'
import { makeLargeFile } from '../lib/large-file.mjs'
import { sizedLines } from '../lib/records.mjs'
import { summarise } from '../lib/statistics.mjs'

export const id = 'G'
export const title = 'Opening'
export const about =
  '`Recorder.openSync` of a file that is in order, and of one with a torn last line, which is cut off (`truncate`) or put away first (`quarantine`, which syncs it); the larger files have a hole in the middle. With `fs.openSync` the open(2) alone, and that with the last 64 KiB read, which is what has to be looked at, and not judged.'

export const metrics = {
  openNs: { label: 'Open', unit: 'ns' },
  truncateNs: { label: 'Open, torn tail cut off', unit: 'ns' },
  quarantineNs: { label: 'Open, torn tail quarantined', unit: 'ns' },
}

export const sizes = { '1 KB': 1e3, '1 MB': 1e6, '100 MB': 1e8, '1 GB': 1e9, '20 GB': 2e10 }

/** A process is a third faster or slower than the next one, whatever the size: so there are many. */
export function cases({ pairedRounds: rounds, opens, largest }) {
  return Object.entries(sizes)
    .filter(([, bytes]) => bytes <= largest)
    .map(([name, bytes]) => ({
      name,
      parameters: { bytes, opens },
      candidates: ['open-and-read', 'record', 'fs-write'],
      labels: { record: 'wholeline Recorder.openSync', 'fs-write': 'fs.openSync' },
      rounds,
      milliseconds: 0,
    }))
}

const torn = '{"torn":"in the middle of a wo'

/** Opens so many times; `prepare` before and `look` after each are not in the time. */
async function medianOf(times, prepare, open, look) {
  const spent = []
  for (let i = 0; i < times; i++) {
    prepare()
    const watch = new Stopwatch(0)
    const opened = open()
    spent.push(watch.elapsed)
    await look(opened)
  }
  // The first ones are cold.
  return summarise(spent.slice(Math.floor(times / 5))).median
}

async function measureRecorder({ path, parameters: { bytes, opens } }) {
  let damaged = 0
  const close = (recorder) => recorder.close()
  const closeRepaired = async (recorder) => {
    await recorder.close()
    if (recorder.repair === null || statSync(path).size !== bytes) damaged++
    rmSync(`${path}.torn`, { force: true })
  }
  const tear = () => appendFileSync(path, torn)
  const repairing = (tornTail) =>
    medianOf(opens, tear, () => Recorder.openSync(path, { tornTail }), closeRepaired)
  const openNs = await medianOf(
    opens * 2,
    () => {},
    () => Recorder.openSync(path),
    close,
  )
  const truncateNs = await repairing('truncate')
  const quarantineNs = await repairing('quarantine')
  return {
    count: opens * 4,
    metrics: { openNs, truncateNs, quarantineNs },
    verdict: { records: opens * 4, lost: 0, extra: 0, damaged },
  }
}

const tailBytes = 64 * 1024

/** Opens it and reads the end of it into memory of its own, as an open has to that finds damage there. */
function openAndRead(path) {
  const fd = openSync(path, 'a+')
  const { size } = fstatSync(fd)
  const bytes = Buffer.allocUnsafeSlow(Math.min(size, tailBytes))
  readSync(fd, bytes, 0, bytes.length, size - bytes.length)
  return fd
}

export async function measure(spec) {
  const { path, candidate, parameters } = spec
  makeLargeFile(path, parameters.bytes, sizedLines(250))
  if (candidate === 'record') return measureRecorder(spec)
  const openNs = await medianOf(
    parameters.opens * 2,
    () => {},
    candidate === 'open-and-read' ? () => openAndRead(path) : () => openSync(path, 'a'),
    closeSync,
  )
  return { count: parameters.opens * 2, metrics: { openNs } }
}

export const charts = [
  { metric: 'openNs', lines: true },
  { metric: 'truncateNs', lines: true },
  { metric: 'quarantineNs', lines: true },
]
