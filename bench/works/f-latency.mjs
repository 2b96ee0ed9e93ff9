// F: a steady 50 MB/s: how long each call takes, and how late the event loop gets, on a disk as it is and on one
// that sleeps in each write.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { CallTimes, Stopwatch } from '../lib/clock.mjs'
import { prepare } from '../lib/loops.mjs'
import { lines } from '../lib/records.mjs'
import { slowDisk, slowWriteMs } from '../lib/slow-disk.mjs'

const bytesPerMs = 50_000

export const id = 'F'
export const title = 'Latency at 50 MB/s'
export const about = `256-byte records at 50 MB/s, given each millisecond: the time inside the call, without what reading the clock costs, and how late a timer of 1 ms comes meanwhile (\`monitorEventLoopDelay\`, so 1 ms is no delay at all). The slow disk is a FUSE file system that sleeps ${slowWriteMs} ms in each write. A candidate that cannot keep up shows a lower rate.`

export const metrics = {
  insideP50: { label: 'Inside the call, median', unit: 'ns' },
  insideP99: { label: 'Inside the call, p99', unit: 'ns' },
  insideP999: { label: 'Inside the call, p99.9', unit: 'ns' },
  insideMax: { label: 'Inside the call, longest', unit: 'ns' },
  delayP50: { label: 'Event loop, median', unit: 'ns' },
  delayP99: { label: 'Event loop, p99', unit: 'ns' },
  delayMax: { label: 'Event loop, longest', unit: 'ns' },
  bytesPerSecond: { label: 'Rate reached', unit: 'B/s' },
}

const candidates = ['record', 'record-this-thread', 'append', 'sonic-async', 'sonic-sync', 'write-stream']

export function cases({ milliseconds, rounds }) {
  return ['normal disk', 'slow disk'].map((name) => ({
    name,
    parameters: { records: 256, slow: name === 'slow disk' },
    candidates,
    rounds: Math.min(rounds, 3),
    milliseconds: milliseconds * 4,
  }))
}

export function rings({ records }) {
  return [lines(records)]
}

/** Gives what is due, again and again, until the time is over. */
async function record(handle, records, milliseconds, times) {
  const { length } = records
  const watch = new Stopwatch(milliseconds)
  let count = 0
  let given = 0
  let asked = false
  while (watch.running) {
    const due = (watch.elapsed / 1e6) * bytesPerMs
    // Asked not to give more, or too slow to give it all.
    while (given < due && !asked && ((count & 15) !== 0 || watch.running)) {
      const { line, ended, bytes } = records[count % length]
      times.start()
      const more = handle.write(line, ended)
      times.stop()
      asked = more === false && handle.drained !== undefined
      given += bytes.length
      count++
    }
    if (asked) await handle.drained()
    else await delay(1)
    asked = false
  }
  return { count, bytesPerSecond: (given / watch.elapsed) * 1e9 }
}

async function measureOn(path, { open, folder, parameters, milliseconds }) {
  const records = prepare(lines(parameters.records))
  const warmUp = await open(`${folder}/warm-up`)
  await record(warmUp, records, milliseconds / 2, new CallTimes())
  await warmUp.finish()
  const handle = await open(path)
  const times = new CallTimes()
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const { count, bytesPerSecond } = await record(handle, records, milliseconds, times)
  loop.disable()
  await handle.finish()
  const delays = { delayP50: loop.percentile(50), delayP99: loop.percentile(99), delayMax: loop.max }
  return { count, metrics: { ...times.summary(), ...delays, bytesPerSecond } }
}

export async function measure(spec) {
  if (!spec.parameters.slow) return measureOn(spec.path, spec)
  const disk = await slowDisk(spec.folder)
  if (disk.missing !== null) return { skipped: disk.missing }
  try {
    return await measureOn(`${disk.path}/records.jsonl`, spec)
  } finally {
    disk.dispose()
  }
}

export const charts = [{ metric: 'insideP999' }, { metric: 'delayP99' }]
