// many-appenders.cjs PROCESSES COUNT DIRECTORY MODE: so many processes append COUNT records of 0 to 20 KB each
// to one file there, and then each reads back what it was told. MODE: sync | async | mixed. Even processes use
// AppendFile, odd ones Recorder. Prints counts; exits 1 if one is wrong.

'use strict'

const { fork } = require('node:child_process')
const { once } = require('node:events')
const { closeSync, createReadStream, mkdtempSync, openSync, readSync, rmSync } = require('node:fs')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { AppendFile, Recorder } = require('../..')

const inFlightMost = 64

/** mulberry32: the same numbers for the same seed. */
function generator(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Record `i` of process `who`; nothing but its text can be it. */
function recordOf(who, i) {
  const next = generator(who * 1_000_003 + i)
  const filler = String.fromCharCode(97 + Math.floor(next() * 26))
  return { who, i, text: filler.repeat(Math.floor(next() * 20_000)) }
}

function opener(who, file) {
  if (who % 2 === 1) return Recorder.openSync(file)
  const append = AppendFile.openSync(file)
  const line = (record) => `${JSON.stringify(record)}\n`
  return {
    append: (record) => append.append(line(record)),
    appendSync: (record) => append.appendSync(line(record)),
    close: () => append.close(),
  }
}

/** Appends all, and gives the range that each was told: [start, end, start, end, …]. */
async function appendAll(who, { count, file, mode }) {
  const target = opener(who, file)
  const ranges = new Float64Array(2 * count)
  const keep = (i, { start, end }) => ranges.set([start, end], 2 * i)
  const inFlight = new Set()
  for (let i = 0; i < count; i++) {
    const record = recordOf(who, i)
    if (mode === 'sync' || (mode === 'mixed' && i % 3 === 0)) {
      keep(i, target.appendSync(record))
      continue
    }
    const appended = target.append(record).then((range) => {
      keep(i, range)
      inFlight.delete(appended)
    })
    inFlight.add(appended)
    if (inFlight.size >= inFlightMost) await Promise.race(inFlight)
  }
  await Promise.all(inFlight)
  await target.close()
  return ranges
}

/** How many records are not, byte for byte, where their ranges say. */
function countMismatches(who, { file }, ranges) {
  const fd = openSync(file, 'r')
  let mismatches = 0
  for (let i = 0; i < ranges.length / 2; i++) {
    const [start, end] = [ranges[2 * i], ranges[2 * i + 1]]
    const expected = Buffer.from(`${JSON.stringify(recordOf(who, i))}\n`)
    const there = Buffer.alloc(Math.max(0, end - start))
    readSync(fd, there, 0, there.length, start)
    if (!there.equals(expected)) mismatches++
  }
  closeSync(fd)
  return mismatches
}

async function appender() {
  const [{ who, job }] = await once(process, 'message')
  const ranges = await appendAll(who, job)
  process.send({ appended: ranges.length / 2 })
  await once(process, 'message')
  process.send({ mismatches: countMismatches(who, job, ranges) })
  process.disconnect()
}

/** Sends one message to each child, and gives their answers. */
function ask(children, messageFor) {
  return Promise.all(
    children.map(async (child, who) => {
      const answered = once(child, 'message')
      child.send(messageFor(who))
      return (await answered)[0]
    }),
  )
}

/** The lines of the file: whole records, bad ones (neither a record nor blank), and records seen twice. */
async function readLines(file) {
  const seen = new Set()
  const counts = { lines: 0, badLines: 0, doubles: 0 }
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line.trim() === '') continue
    counts.lines++
    try {
      const { who, i } = JSON.parse(line)
      const key = `${who} ${i}`
      if (seen.has(key)) counts.doubles++
      seen.add(key)
    } catch {
      counts.badLines++
    }
  }
  return counts
}

function sumOf(answers, name) {
  return answers.reduce((sum, answer) => sum + answer[name], 0)
}

async function main() {
  const [processes, count, directory, mode = 'mixed'] = process.argv.slice(2)
  const folder = mkdtempSync(path.join(directory, 'many-appenders-'))
  const job = { count: Number(count), file: path.join(folder, 'log.jsonl'), mode }
  const children = Array.from({ length: Number(processes) }, () => fork(process.argv[1], ['appender']))
  const begun = performance.now()
  const appended = sumOf(await ask(children, (who) => ({ who, job })), 'appended')
  const seconds = (performance.now() - begun) / 1000
  const mismatches = sumOf(await ask(children, () => 'verify'), 'mismatches')
  const counts = { appended, mismatches, ...(await readLines(job.file)), seconds }
  rmSync(folder, { recursive: true })
  process.stdout.write(`${JSON.stringify(counts)}\n`)
  const right = mismatches === 0 && counts.badLines === 0 && counts.doubles === 0 && counts.lines === appended
  process.exitCode = right ? 0 : 1
}

if (process.argv[2] === 'appender') appender()
else main()
