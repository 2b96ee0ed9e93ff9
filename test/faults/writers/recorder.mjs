// recorder.mjs: one writer that uses the package as a program would, in one of several styles.
//
// Use: node recorder.mjs '{"file","writer","style","acks","failures","count"|"seconds","size":[a,b]}'
// Styles: append (promises), write (write and flush), appendSync, writeSync (flushMode sync), all
// (appendAll), fileSync, fileAsync (AppendFile). Options besides: batch, seed, pauseMs, sequenceFrom,
// recorder (options of Recorder), cuts (cut own writes by RLIMIT_FSIZE at random bytes), shorts (the same by the
// preload library, whose plan page it names: the cause is gone for the next write), reopen (each so many
// batches). Contract: never gives up on a failure; every ack and failure goes to the logs. Prints counts.

import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PlanPage } from '../lab/preload.mjs'
import { Limiter } from '../support/limiter.mjs'
import { Logs } from '../support/logs.mjs'
import { makeRecord, randomOf, within } from '../support/records.mjs'

const { AppendFile, Recorder, AppendError } = createRequire(import.meta.url)('../../../dist/index.js')

const given = JSON.parse(process.argv[2])
const options = {
  count: Infinity,
  seconds: Infinity,
  size: [100, 300],
  batch: 8,
  seed: 1,
  pauseMs: 0,
  sequenceFrom: 0,
  ...given,
}
const { file, writer, style } = options
const random = randomOf(options.seed)
const logs = new Logs(options)
const limiter = options.cuts ? new Limiter() : null
const page = options.shorts ? new PlanPage(options.shorts) : null
const counts = { tried: 0, acknowledged: 0 }
/** @type {Record<string, number>} */
const notes = {}
const violations = []
let sequence = options.sequenceFrom
/** Given by write(), not flushed yet. */
let unflushed = []
let lostBefore = 0

const note = (name, count = 1) => (notes[name] = (notes[name] ?? 0) + count)
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function noteError(error) {
  if (!(error instanceof AppendError)) throw error
  note(`failed ${error.code}`)
  if (error.state !== 'failed') note(error.state)
  if (error.range !== null && error.range.end > error.range.start) note('short writes')
  if (error.rollback !== null) note(error.rollback.outcome)
  const isSystem = error.errno > 0
  if (
    !error.path ||
    !error.kind ||
    (isSystem && !error.syscall) ||
    (error.errno === 0 && !error.code.startsWith('ERR_'))
  )
    violations.push(
      `${writer}: inexact error: ${error.code} ${error.errno} ${error.kind} ${error.syscall} ${error.path}`,
    )
}

function nextRecords() {
  const records = []
  for (let i = 0; i < options.batch && counts.tried < options.count; i++) {
    // A record of one byte has no room for an id: the verifier finds it by its range.
    const text = options.tiny
      ? String(sequence % 10)
      : makeRecord(writer, sequence, within(random, options.size[0], options.size[1]))
    records.push({ sequence: sequence++, text })
    counts.tried++
  }
  return records
}

function acknowledge(records) {
  counts.acknowledged += records.length
  logs.acknowledge(writer, records)
}

function fail(record, error) {
  noteError(error)
  logs.fail(writer, record.sequence, error.state)
}

/** One record and its call, which returns a range or throws. */
function oneSync(record, call) {
  try {
    acknowledge([{ ...record, range: call() }])
    return true
  } catch (error) {
    fail(record, error)
    return false
  }
}

async function many(records, promises) {
  const outcomes = await Promise.allSettled(promises)
  const good = []
  outcomes.forEach((outcome, i) => {
    if (outcome.status === 'fulfilled') good.push({ ...records[i], range: outcome.value })
    else fail(records[i], outcome.reason)
  })
  acknowledge(good)
  return good.length === records.length
}

/** What a flush that resolved speaks for. */
function flushed(recorder) {
  const { lostRecords } = recorder.stats
  // Which ones were lost the events told, but not by name: then nothing is claimed of any of them.
  if (lostRecords === lostBefore) acknowledge(unflushed)
  else note('flushed unknown', unflushed.length)
  lostBefore = lostRecords
  unflushed = []
}

async function give(recorder, records) {
  for (const record of records) {
    for (;;) {
      try {
        recorder.writeLine(record.text)
        unflushed.push(record)
        break
      } catch (error) {
        if (error.kind !== 'BufferFull') throw error
        note('buffer full')
        await flush(recorder)
        await rest(1)
      }
    }
  }
}

async function flush(recorder) {
  try {
    if (style === 'writeSync') recorder.flushSync()
    else await recorder.flush()
    flushed(recorder)
    return true
  } catch (error) {
    noteError(error)
    return false
  }
}

async function appendTogether(target, records) {
  try {
    const ranges = await target.appendAll(records.map(({ text }) => JSON.parse(text)))
    acknowledge(records.map((record, i) => ({ ...record, range: ranges[i] })))
    return true
  } catch (error) {
    for (const record of records) logs.fail(writer, record.sequence, error.state)
    noteError(error)
    return false
  }
}

const line = ({ text }) => Buffer.from(`${text}\n`)
const styles = {
  append: (target, records) =>
    many(
      records,
      records.map(({ text }) => target.appendLine(text)),
    ),
  write: async (target, records) => (await give(target, records), flush(target)),
  writeSync: async (target, records) => (await give(target, records), flush(target)),
  appendSync: async (target, records) =>
    records.map((record) => oneSync(record, () => target.appendLineSync(record.text))).every(Boolean),
  all: appendTogether,
  fileSync: async (target, records) =>
    records.map((record) => oneSync(record, () => target.appendSync(line(record)))).every(Boolean),
  fileAsync: (target, records) =>
    many(
      records,
      records.map((record) => target.append(line(record))),
    ),
}

async function open() {
  for (;;) {
    try {
      if (style.startsWith('file')) return await AppendFile.open(file)
      const recorder = await Recorder.open(file, {
        ...(style === 'writeSync' && { flushMode: 'sync' }),
        ...options.recorder,
      })
      lostBefore = 0
      recorder.on('error', (error) => note(`event ${error.code}`))
      recorder.on('rollback', ({ outcome }) => note(`rollback ${outcome}`))
      recorder.on('recovered', () => note('recovered'))
      if (recorder.repair !== null) note(`repair ${recorder.repair.action}`)
      return recorder
    } catch (error) {
      noteError(error)
      note('open failed')
      await rest(2)
    }
  }
}

/** What write() gave and a closed recorder could not write is nobody's promise any more. */
async function close(target) {
  if (style.startsWith('write')) {
    for (let i = 0; i < 500 && unflushed.length > 0 && !(await flush(target)); i++) await rest(2)
    note('never flushed', unflushed.length)
    unflushed = []
  }
  try {
    await target.close()
  } catch (error) {
    note(`close ${error.code}`)
    if (!(error instanceof AppendError)) throw error
  }
}

function cutSoon(records) {
  const bytes = records.reduce((sum, { text }) => sum + text.length + 1, 0)
  page?.set(`write:1:short=${within(random, 1, bytes - 1)}`)
  if (limiter === null) return
  const size = existsSync(file) ? statSync(file).size : 0
  logs.hold = true
  limiter.limit(size + within(random, 0, bytes))
}

function uncut() {
  if (limiter === null) return
  limiter.raise()
  logs.hold = false
  logs.release()
}

async function main() {
  let stopped = false
  process.once('SIGTERM', () => (stopped = true))
  const until = performance.now() + options.seconds * 1000
  let target = await open()
  for (let batches = 1; !stopped && counts.tried < options.count && performance.now() < until; batches++) {
    const records = nextRecords()
    cutSoon(records)
    const good = await styles[style](target, records)
    uncut()
    if (!good && !limiter) await rest(1)
    if (options.pauseMs > 0) await rest(options.pauseMs * random())
    if (options.reopen && batches % options.reopen === 0) {
      await close(target)
      target = await open()
    }
    // So that a signal and the clock get through to styles that never wait.
    if (batches % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await close(target)
  limiter?.close()
  console.log(JSON.stringify({ ...counts, notes, violations, sequence }))
}

await main()
