// G: opening, and opening with something to repair, against the size of the file.

import { appendFileSync, closeSync, fstatSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { Recorder } from '../../dist/index.js'
import { Stopwatch } from '../lib/clock.mjs'
import { makeLargeFile } from '../lib/large-file.mjs'
import { sizedLines } from '../lib/records.mjs'
import { summarise } from '../lib/statistics.mjs'

export const id = 'G'
export const title = 'Opening'
export const about =
  '`Recorder.openSync` of a file that is in order, and of one with a torn last line, which is cut off (`truncate`) or put away first (`quarantine`, which syncs it); the larger files have a hole in the middle. With `fs.openSync` the open(2) alone, and that with the last 64 KiB read, which is what has to be looked at, and not judged. All sizes are opened in turn by the same process.'

export const metrics = {
  openNs: { label: 'Open', unit: 'ns' },
  truncateNs: { label: 'Open, torn tail cut off', unit: 'ns' },
  quarantineNs: { label: 'Open, torn tail quarantined', unit: 'ns' },
}

export const sizes = { '1 KB': 1e3, '1 MB': 1e6, '100 MB': 1e8, '1 GB': 1e9, '20 GB': 2e10 }

/** One case for each size, and one process for all of them: a process is a third faster or slower than the next one. */
export function cases({ rounds, opens, largest }) {
  const measured = Object.entries(sizes).filter(([, bytes]) => bytes <= largest)
  return [
    {
      name: 'all sizes',
      parts: measured.map(([name]) => name),
      parameters: { sizes: measured.map(([, bytes]) => bytes), opens },
      candidates: ['open-and-read', 'record', 'fs-write'],
      labels: { record: 'wholeline Recorder.openSync', 'fs-write': 'fs.openSync' },
      rounds,
      milliseconds: 0,
    },
  ]
}

const torn = '{"torn":"in the middle of a wo'

/**
 * Opens each file in turn, so many times; `prepare` before and `look` after each are not in the time.
 * @returns the median of each file
 */
async function mediansOf(files, times, prepare, open, look) {
  const spent = files.map(() => [])
  for (let i = 0; i < times; i++) {
    for (const [k, file] of files.entries()) {
      prepare(file)
      const watch = new Stopwatch(0)
      const opened = open(file)
      spent[k].push(watch.elapsed)
      await look(opened, file)
    }
  }
  // The first ones are cold.
  return spent.map((one) => summarise(one.slice(Math.floor(times / 5))).median)
}

async function measureRecorder(files, opens) {
  const damaged = new Map(files.map((file) => [file, 0]))
  const close = (recorder) => recorder.close()
  const closeRepaired = async (recorder, file) => {
    await recorder.close()
    if (recorder.repair === null || statSync(file.path).size !== file.bytes)
      damaged.set(file, damaged.get(file) + 1)
    rmSync(`${file.path}.torn`, { force: true })
  }
  const tear = ({ path }) => {
    appendFileSync(path, torn)
  }
  const repairing = (tornTail) =>
    mediansOf(files, opens, tear, ({ path }) => Recorder.openSync(path, { tornTail }), closeRepaired)
  const openNs = await mediansOf(files, opens * 2, nothing, ({ path }) => Recorder.openSync(path), close)
  const truncateNs = await repairing('truncate')
  const quarantineNs = await repairing('quarantine')
  return files.map((file, k) => ({
    count: opens * 4,
    metrics: { openNs: openNs[k], truncateNs: truncateNs[k], quarantineNs: quarantineNs[k] },
    verdict: { records: opens * 4, lost: 0, extra: 0, damaged: damaged.get(file) },
  }))
}

const nothing = () => {}

const tailBytes = 64 * 1024

/** Opens it and reads the end of it into memory of its own, as an open has to that finds damage there. */
function openAndRead({ path }) {
  const fd = openSync(path, 'a+')
  const { size } = fstatSync(fd)
  const bytes = Buffer.allocUnsafeSlow(Math.min(size, tailBytes))
  readSync(fd, bytes, 0, bytes.length, size - bytes.length)
  return fd
}

const opening = { 'open-and-read': openAndRead, 'fs-write': ({ path }) => openSync(path, 'a') }

async function measureOpening(files, opens, open) {
  const medians = await mediansOf(files, opens * 2, nothing, open, closeSync)
  return medians.map((openNs) => ({ count: opens * 2, metrics: { openNs }, verdict: null }))
}

export async function measure({ path, candidate, parameters: { sizes, opens } }) {
  const lines = sizedLines(250)
  const files = sizes.map((bytes) => ({ path: `${path}-${bytes}`, bytes }))
  for (const file of files) makeLargeFile(file.path, file.bytes, lines)
  const open = opening[candidate]
  return {
    parts: await (open === undefined ? measureRecorder(files, opens) : measureOpening(files, opens, open)),
  }
}

export const charts = [
  { metric: 'openNs', lines: true },
  { metric: 'truncateNs', lines: true },
  { metric: 'quarantineNs', lines: true },
]
