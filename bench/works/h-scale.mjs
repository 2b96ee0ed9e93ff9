// H: whether the cost of a record grows: with the file, with the records that wait in memory, with the recorders
// that are open.

import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, promises, readdirSync, rmSync } from 'node:fs'
import { Stopwatch } from '../lib/clock.mjs'
import { checkFile, isFlawless } from '../lib/check-records.mjs'
import { makeLargeFile } from '../lib/large-file.mjs'
import { appendEach, prepare } from '../lib/loops.mjs'
import { sizedLines } from '../lib/records.mjs'
import { summarise } from '../lib/statistics.mjs'

export const id = 'H'
export const title = 'Scale'
export const about =
  'The cost of a 256-byte record against the size of the file (`appendSync`), against the records that wait in memory already (inside `writeLine`, while all threads of the pool are blocked; beside it `Buffer.write` into Buffers that are kept as long, for whatever waits stands in fresh memory, of which the kernel has to clear each page first), and against the number of open recorders, each given a record in turn (`appendLineSync`; and `writeLine`, ten each, until all are flushed). The kernel has its share in what many open files cost, so `fs.writeSync` on as many descriptors stands beside it. The memory of an idle recorder is that of the second half: of 10,000, what the process grows by from 5,000 open ones to 10,000. What V8 and the allocator take once, however many there are, is in the first half and not counted.'

export const metrics = {
  nsPerRecord: { label: 'Time per record', unit: 'ns' },
  writtenNs: { label: 'Time per record, written and flushed', unit: 'ns' },
  idleBytes: { label: 'Memory per idle recorder of the second half', unit: 'B' },
  idleDescriptors: { label: 'Descriptors per idle recorder', unit: '' },
}

export const nodeOptions = ['--expose-gc']

export function cases({ milliseconds, shortTurns, rounds, largest, mostRecorders, warmUps }) {
  const few = Math.min(rounds, 3)
  const sized = { '1 KB': 1e3, '1 MB': 1e6, '1 GB': 1e9, '10 GB': 1e10 }
  const measured = Object.entries(sized).filter(([, bytes]) => bytes <= largest)
  // One process for all of them: a process is faster or slower than the next one, whatever it does.
  const sizes = {
    name: 'all sizes',
    parts: measured.map(([name]) => `file of ${name}`),
    parameters: { kind: 'size', sizes: measured.map(([, bytes]) => bytes), inTurn: shortTurns },
    candidates: ['append', 'fs-write'],
    rounds,
    milliseconds,
  }
  const warmUpRecords = 50_000 * warmUps
  const waiting = [0, 1000, 10_000, 100_000, 400_000]
  const buffered = {
    name: 'waiting',
    parts: waiting.map((records) => `${records} waiting`),
    parameters: { kind: 'buffered', waiting, warmUpRecords },
    candidates: ['encode-kept', 'record'],
    labels: { record: 'wholeline Recorder.writeLine' },
    rounds,
    milliseconds,
  }
  const open = [1, 100, 10_000]
    .filter((recorders) => recorders <= mostRecorders)
    .map((recorders) => ({
      name: `${recorders} open`,
      parameters: { kind: 'open', recorders, descriptors: recorders + 200 },
      candidates: ['record', 'fs-write'],
      labels: { record: 'wholeline Recorder.appendLineSync' },
      rounds: few,
      milliseconds,
    }))
  return [sizes, buffered, ...open]
}

const lineBytes = 256

/** Each file in turn for a few milliseconds, again and again. */
async function measureSize({ open, path, folder, parameters: { sizes, inTurn }, milliseconds }) {
  const ring = sizedLines(lineBytes)
  const records = prepare(ring)
  const files = []
  for (const bytes of sizes) {
    const file = { path: `${path}-${bytes}`, bytes, count: 0, nsPerRecord: [] }
    makeLargeFile(file.path, bytes, ring)
    file.handle = await open(file.path)
    files.push(file)
  }
  await appendEach(await open(`${folder}/warm-up`), records, milliseconds * 2)
  for (let turn = 0; turn < inTurn; turn++) {
    for (const file of files) {
      const { count, elapsed } = appendFrom(file, records, milliseconds / inTurn)
      file.count += count
      file.nsPerRecord.push(elapsed / count)
    }
  }
  for (const { handle } of files) await handle.finish()
  return {
    parts: files.map(({ path, bytes, count, nsPerRecord }) => ({
      count,
      metrics: { nsPerRecord },
      verdict: checkFile(path, [ring], [count], undefined, bytes),
    })),
  }
}

function appendFrom({ handle, count: from }, records, milliseconds) {
  const { length } = records
  const watch = new Stopwatch(milliseconds)
  let next = from
  do {
    handle.appendSync(records[next % length].bytes)
    next++
  } while ((next & 15) !== 0 || watch.running)
  return { count: next - from, elapsed: watch.elapsed }
}

/** Takes all threads of libuv's pool: each hangs in open(2) of a FIFO that nobody reads. Gives what frees them. */
function blockPool(folder) {
  const fifo = `${folder}/fifo`
  rmSync(fifo, { force: true })
  execFileSync('mkfifo', [fifo])
  const writers = Array.from({ length: 4 }, () => promises.open(fifo, 'w'))
  return async () => {
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    for (const writer of await Promise.all(writers)) await writer.close()
    closeSync(reader)
  }
}

/** The first ones of each may still find what came before them. */
const bursts = 7

/** Nothing is written while the pool is blocked: all of it waits. */
async function measureBuffered({ open, path, folder, candidate, parameters: { waiting, warmUpRecords } }) {
  const ring = sizedLines(lineBytes)
  const records = prepare(ring)
  const handle = await open(path)
  const window = 10_000
  const spent = waiting.map(() => [])
  let count = 0
  const give = (times) => {
    for (let i = 0; i < times; i++, count++) handle.write(records[count % records.length].line)
  }
  const burst = async (before) => {
    const free = blockPool(folder)
    give(before)
    const watch = new Stopwatch(0)
    give(window)
    const { elapsed } = watch
    await free()
    await handle.flush()
    return elapsed / window
  }
  // Else where few wait the code would not be compiled yet, and the cost would seem to fall with what waits.
  for (let i = 0; i < 4; i++) await burst(warmUpRecords)
  for (let i = 0; i < bursts; i++) {
    for (const [k, before] of waiting.entries()) spent[k].push(await burst(before))
  }
  await handle.finish()
  const medians = spent.map((one) => summarise(one.slice(2)).median)
  const none = { records: 0, lost: 0, extra: 0, damaged: 0 }
  const verdict = candidate === 'record' ? checkFile(path, [ring], [count]) : null
  // All of them are in one file: who is looked at first speaks for it.
  return {
    parts: medians.map((nsPerRecord, k) => ({
      count: k === 0 ? count : 0,
      metrics: { nsPerRecord },
      verdict: verdict === null || k === 0 ? verdict : none,
    })),
  }
}

function residentBytes() {
  globalThis.gc()
  return process.memoryUsage().rss
}

function descriptors() {
  return readdirSync('/proc/self/fd').length
}

async function measureOpen({ open, folder, candidate, parameters: { recorders }, milliseconds }) {
  const ring = sizedLines(lineBytes)
  const records = prepare(ring)
  const paths = Array.from({ length: recorders }, (_, i) => `${folder}/${i}.jsonl`)
  await appendEach(await open(`${folder}/warm-up`), records, milliseconds / 5)
  const before = { bytes: residentBytes(), descriptors: descriptors() }
  const handles = []
  const half = Math.floor(recorders / 2)
  let atHalf = before.bytes
  for (const path of paths) {
    handles.push(await open(path))
    if (handles.length === half) atHalf = residentBytes()
  }
  // What V8's young generation takes once, however many there are, is in the first half.
  const idleBytes = (residentBytes() - atHalf) / (recorders - half)
  const idleDescriptors = (descriptors() - before.descriptors) / recorders
  const given = new Array(recorders).fill(0)
  const inTurn = (call, watch) => {
    let count = 0
    do {
      const one = count % recorders
      call(handles[one], records[given[one]++ % records.length])
      count++
    } while ((count & 63) !== 0 || count < recorders || watch?.running)
    return count
  }
  // Each file its first block.
  inTurn((handle, { bytes }) => handle.appendSync(bytes))
  const watch = new Stopwatch(milliseconds)
  const count = inTurn((handle, { bytes }) => handle.appendSync(bytes), watch)
  const nsPerRecord = watch.elapsed / count
  const metrics = { nsPerRecord }
  if (candidate === 'record') Object.assign(metrics, { idleBytes, idleDescriptors })
  if (candidate === 'record') metrics.writtenNs = await writeAndFlush(handles, records, given)
  for (const handle of handles) await handle.finish()
  return { count, metrics, verdict: checkAll(paths, ring, given) }
}

async function writeAndFlush(handles, records, given) {
  const each = 10
  const times = Math.max(3, Math.ceil(30_000 / (handles.length * each)))
  const watch = new Stopwatch(0)
  for (let time = 0; time < times; time++) {
    for (let i = 0; i < each; i++) {
      for (const [one, handle] of handles.entries()) {
        handle.write(records[given[one]++ % records.length].line)
      }
    }
    await Promise.all(handles.map((handle) => handle.flush()))
  }
  return watch.elapsed / (times * each * handles.length)
}

function checkAll(paths, ring, given) {
  const sum = { records: 0, lost: 0, extra: 0, damaged: 0 }
  for (const [i, path] of paths.entries()) {
    const verdict = checkFile(path, [ring], [given[i]])
    if (!isFlawless(verdict)) for (const key of Object.keys(sum)) sum[key] += verdict[key]
    else sum.records += verdict.records
  }
  return sum
}

const kinds = { size: measureSize, buffered: measureBuffered, open: measureOpen }

export function measure(spec) {
  return kinds[spec.parameters.kind](spec)
}

export const charts = [
  {
    metric: 'nsPerRecord',
    lines: true,
    cases: ['file of 1 KB', 'file of 1 MB', 'file of 1 GB', 'file of 10 GB'],
  },
  {
    metric: 'nsPerRecord',
    lines: true,
    cases: ['0 waiting', '1000 waiting', '10000 waiting', '100000 waiting', '400000 waiting'],
  },
  { metric: 'nsPerRecord', lines: true, cases: ['1 open', '100 open', '10000 open'] },
]
