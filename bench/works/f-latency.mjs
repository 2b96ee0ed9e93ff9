// F: a steady 50 MB/s: how long each call takes, and how late the event loop gets, on a disk as it is and on one
// that sleeps in each write.

import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { CallTimes, Stopwatch } from '../lib/clock.mjs'
import { EventLoopDelay } from '../lib/event-loop.mjs'
import { prepare } from '../lib/loops.mjs'
import { lines } from '../lib/records.mjs'
import { slowDisk, slowWriteMs } from '../lib/slow-disk.mjs'

const bytesPerMs = 50_000

export const id = 'F'
export const title = 'Latency at 50 MB/s'
export const about = `256-byte records at 50 MB/s, given each millisecond: the time inside the call, without what reading the clock costs; and, in the cases called "event loop", how late the event loop gets to what another process sends it every half millisecond. (There no more than 32 records are given in one turn of the loop. \`monitorEventLoopDelay\` is not used: libuv counts time for its timers in whole milliseconds from each time it is woken, so that a byte from outside every 5 ms, with nothing else to do, takes its p99 from 1.25 ms to 2.0. And the thread that records goes before others there, where it may: else p99 shows V8, which compiles beside it for seconds and takes its core for milliseconds.) The slow disk is a FUSE file system that sleeps ${slowWriteMs} ms in each write. A candidate that cannot keep up shows a lower rate: on the slow disk that is a matter of how much it buffers before it asks its producer to wait, 1 MiB here, 16 KiB by default in streams and sonic-boom. The first call of each millisecond comes after a pause, with cold caches, and is one call of 200: three quarters of the first calls lie below p99.9. What that pause does to a call that has next to nothing to do stands beside, without files: two readings of the clock, a memcpy of the record in C++, \`Buffer.write\` of the line. And what is the least that plain Node can do: to encode into one Buffer while the other is written by \`fs.write\`.`

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

const disks = ['normal disk', 'slow disk']
const inside = {
  'normal disk': [
    'record',
    'nothing',
    'native-copy-paused',
    'encode',
    'record-this-thread',
    'append',
    'sonic-async',
    'sonic-sync',
    'write-stream',
    'write-stream-1mib',
  ],
  'slow disk': ['record', 'encode-written', 'append', 'sonic-async', 'write-stream', 'write-stream-1mib'],
}

/** What the marks speak of is measured in more rounds: p99 is a few stalls of the machine, or none. */
const marked = ['encode-written', 'record']
/** Some of them block the loop. */
const beside = ['record', 'append', 'sonic-async', 'sonic-sync', 'write-stream']

export function cases({ milliseconds, rounds, latencyRounds }) {
  const few = Math.min(rounds, 2)
  const one = (disk, more, candidates, rounds) => ({
    name: `${disk}${more}`,
    parameters: { records: 256, slow: disk === 'slow disk', eventLoop: more.startsWith(', event loop') },
    candidates,
    rounds,
    milliseconds: milliseconds * 6,
  })
  return [
    one('normal disk', '', marked, latencyRounds),
    one('normal disk', ', others beside it', inside['normal disk'], few),
    one('slow disk', '', inside['slow disk'], few),
    ...disks.map((disk) => one(disk, ', event loop', marked, rounds)),
    ...disks.map((disk) => one(disk, ', event loop, others beside it', beside, few)),
  ]
}

export function rings({ records }) {
  return [lines(records)]
}

/** What keeps the loop busy is to be what is measured, and not the producer that has fallen behind. */
const mostInTurn = 32

const giveUntimed = (handle, { line, ended }) => handle.write(line, ended)

/**
 * Gives what is due, again and again, until the time is over, and not more than `most` records in one turn of the event
 * loop. `give` is told whether it is the first of a millisecond.
 */
async function record(handle, records, milliseconds, give, most = Infinity) {
  const { length } = records
  const watch = new Stopwatch(milliseconds)
  let count = 0
  let given = 0
  let asked = false
  while (watch.running) {
    const due = (watch.elapsed / 1e6) * bytesPerMs
    let isFirst = true
    let inTurn = 0
    // Asked not to give more, or too slow to give it all.
    while (given < due && !asked && ((count & 15) !== 0 || watch.running)) {
      const record = records[count % length]
      const more = give(handle, record, isFirst)
      isFirst = false
      asked = more === false && handle.drained !== undefined
      given += record.bytes.length
      count++
      // Who is asked to wait does so at once: the event that ends it could come in between.
      if (++inTurn >= most && !asked) {
        await nextTurn()
        inTurn = 0
      }
    }
    if (asked) await handle.drained()
    else await delay(1)
    asked = false
  }
  return { count, bytesPerSecond: (given / watch.elapsed) * 1e9 }
}

/** Into a file of its own, for as long as what is measured: what is called once a millisecond is compiled late. */
async function recordBefore({ open, folder, milliseconds }, records, give, most) {
  const handle = await open(`${folder}/warm-up`)
  await record(handle, records, milliseconds, give, most)
  await handle.finish()
}

function giveTimed(first, others) {
  return (handle, { line, ended }, isFirst) => {
    const times = isFirst ? first : others
    times.start()
    const more = handle.write(line, ended)
    times.stop()
    return more
  }
}

async function measureCalls(path, spec, records) {
  await recordBefore(spec, records, giveTimed(new CallTimes(), new CallTimes()))
  const handle = await spec.open(path)
  const [first, others] = [new CallTimes(), new CallTimes()]
  const give = giveTimed(first, others)
  const { count, bytesPerSecond } = await record(handle, records, spec.milliseconds, give)
  await handle.finish()
  others.include(first)
  const firstP50 = first.summary().insideP50
  return { count, metrics: { ...others.summary(), firstP50, bytesPerSecond } }
}

async function measureEventLoop(path, spec, records) {
  const loop = await EventLoopDelay.start()
  await recordBefore(spec, records, giveUntimed, mostInTurn)
  const handle = await spec.open(path)
  loop.begin()
  const { milliseconds } = spec
  const { count, bytesPerSecond } = await record(handle, records, milliseconds, giveUntimed, mostInTurn)
  const delays = await loop.end()
  await handle.finish()
  return { count, metrics: { ...delays, bytesPerSecond } }
}

function measureOn(path, spec) {
  const records = prepare(lines(spec.parameters.records))
  return (spec.parameters.eventLoop ? measureEventLoop : measureCalls)(path, spec, records)
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
  { metric: 'insideP999', cases: ['normal disk, others beside it', 'slow disk'] },
  { metric: 'delayP99', cases: disks.map((disk) => `${disk}, event loop, others beside it`) },
]
