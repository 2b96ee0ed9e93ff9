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
export const about = `256-byte records at 50 MB/s, given each millisecond: the time inside the call, without what reading the clock costs, and how late a timer of 1 ms comes meanwhile (\`monitorEventLoopDelay\`, so 1 ms is no delay at all). The cases called "longer" are the same for five times as long and for two candidates: p99 of the event loop is one tick in a hundred, of which a second has few. The slow disk is a FUSE file system that sleeps ${slowWriteMs} ms in each write. A candidate that cannot keep up shows a lower rate: on the slow disk that is a matter of how much it buffers before it asks its producer to wait, 1 MiB here, 16 KiB by default in streams and sonic-boom. The first call of each millisecond comes after a pause, with cold caches, and is one call of 200: three quarters of the first calls lie below p99.9. What that pause does to a call that has next to nothing to do stands beside, without files: two readings of the clock, a memcpy of the record in C++, \`Buffer.write\` of the line. And what is the least that plain Node can do: to encode into one Buffer while the other is written by \`fs.write\`.`

export const metrics = {
  insideP50: { label: 'Inside the call, median', unit: 'ns' },
  insideP99: { label: 'Inside the call, p99', unit: 'ns' },
  insideP999: { label: 'Inside the call, p99.9', unit: 'ns' },
  firstP50: { label: 'Inside the first call of a millisecond, median', unit: 'ns' },
  insideMax: { label: 'Inside the call, longest', unit: 'ns' },
  delayP50: { label: 'Event loop, median', unit: 'ns' },
  delayP99: { label: 'Event loop, p99', unit: 'ns' },
  delayMax: { label: 'Event loop, longest', unit: 'ns' },
  bytesPerSecond: { label: 'Rate reached', unit: 'B/s', moreIsBetter: true },
}

const limits = ['nothing', 'native-copy-paused', 'encode']
const candidates = [
  'encode-written',
  'record',
  'record-this-thread',
  'append',
  'sonic-async',
  'sonic-sync',
  'write-stream',
  'write-stream-1mib',
]

const disks = ['normal disk', 'slow disk']

export function cases({ milliseconds, rounds }) {
  const common = (name) => ({
    parameters: { records: 256, slow: name === 'slow disk' },
    rounds: Math.min(rounds, 3),
  })
  const calls = disks.map((name) => ({
    ...common(name),
    name,
    candidates: name === 'slow disk' ? candidates : [...limits, ...candidates],
    milliseconds: milliseconds * 4,
  }))
  // One tick in a hundred: a second has too few of them, and V8 compiles in the first.
  const eventLoop = disks.map((name) => ({
    ...common(name),
    name: `${name}, longer`,
    candidates: ['encode-written', 'record'],
    milliseconds: milliseconds * 20,
  }))
  return [...calls, ...eventLoop]
}

export function rings({ records }) {
  return [lines(records)]
}

/** Gives what is due, again and again, until the time is over. */
async function record(handle, records, milliseconds, first, others) {
  const { length } = records
  const watch = new Stopwatch(milliseconds)
  let count = 0
  let given = 0
  let asked = false
  while (watch.running) {
    const due = (watch.elapsed / 1e6) * bytesPerMs
    let times = first
    // Asked not to give more, or too slow to give it all.
    while (given < due && !asked && ((count & 15) !== 0 || watch.running)) {
      const { line, ended, bytes } = records[count % length]
      times.start()
      const more = handle.write(line, ended)
      times.stop()
      times = others
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
  await record(warmUp, records, milliseconds / 2, new CallTimes(), new CallTimes())
  await warmUp.finish()
  const handle = await open(path)
  const [first, times] = [new CallTimes(), new CallTimes()]
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const { count, bytesPerSecond } = await record(handle, records, milliseconds, first, times)
  loop.disable()
  await handle.finish()
  const delays = { delayP50: loop.percentile(50), delayP99: loop.percentile(99), delayMax: loop.max }
  times.include(first)
  const firstP50 = first.summary().insideP50
  return { count, metrics: { ...times.summary(), firstP50, ...delays, bytesPerSecond } }
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

export const charts = [
  { metric: 'insideP999', cases: disks },
  { metric: 'delayP99', cases: disks },
]
