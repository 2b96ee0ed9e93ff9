// cut_every_byte.mjs: a lone writer whose writes are cut at every byte position in turn (row 1).
//
// Idea: for each record, each cut from 0 to its length: RLIMIT_FSIZE is set so that the write stops
// there (or, mode passing: the preload library cuts it and the cause is gone at once); then the file is
// looked at, and the next cut follows. Modes: appendSync, fileSync, flushMode async in batches (batch),
// passing; with `reader` a second descriptor of this process denies the lease, so the erase rung serves.
// Contract: prints counts; `short` are the cuts that really landed partly.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PlanPage } from '../lab/preload.mjs'
import { Limiter } from '../support/limiter.mjs'
import { Logs } from '../support/logs.mjs'
import { makeRecord, randomOf, within } from '../support/records.mjs'
import { Tally } from '../support/tally.mjs'

const { AppendFile, Recorder, AppendError } = createRequire(import.meta.url)('../../../dist/index.js')

const {
  file,
  writer,
  mode,
  reader,
  points,
  seed,
  acks,
  failures,
  page: pagePath,
} = JSON.parse(process.argv[2])
const random = randomOf(seed)
const tally = new Tally()
const limiter = mode === 'passing' ? null : new Limiter()
const page = mode === 'passing' ? new PlanPage(pagePath) : null
const logs = new Logs({ acks, failures, hold: true })
const target = mode === 'fileSync' ? AppendFile.openSync(file) : Recorder.openSync(file)
const looking = openSync(file, 'r')
// The look at the size must not deny the lease where it is wanted: fstat by a descriptor would.
if (!reader) closeSync(looking)

let sequence = 0
let end = 0

function sizeNow() {
  if (reader) return fstatSync(looking).size
  const fd = openSync(file, 'r')
  const { size } = fstatSync(fd)
  closeSync(fd)
  return size
}

function bytesAt(start, stop) {
  const fd = openSync(file, 'r')
  const bytes = Buffer.alloc(stop - start)
  const read = readSync(fd, bytes, 0, bytes.length, start)
  closeSync(fd)
  return bytes.subarray(0, read)
}

const append = (text) => (mode === 'fileSync' ? target.appendSync(`${text}\n`) : target.appendLineSync(text))

function expectExact(error, cut, text) {
  const what = () =>
    `cut ${cut} of ${text.length + 1} at ${end}: ${error.code} ${error.errno} ${error.kind} ${error.syscall} range ${JSON.stringify(error.range)} ${error.state} ${JSON.stringify(error.rollback)}`
  if (!(error instanceof AppendError)) throw error
  const exact =
    error.code === 'EFBIG' &&
    error.errno === 27 &&
    error.kind === 'FileTooLarge' &&
    error.syscall === 'write' &&
    error.path === file &&
    error.requested === text.length + 1
  tally.expect(exact, () => `inexact: ${what()}`)
  if (cut === 0) {
    tally.expect(error.range === null && error.state === 'failed', () => `nothing landed: ${what()}`)
    return
  }
  tally.note('short')
  tally.expect(error.range?.start === end && error.range?.end === end + cut, () => `wrong range: ${what()}`)
  tally.expect(error.state === 'failed', () => `state: ${what()}`)
  const outcome = error.rollback?.outcome
  tally.note(outcome ?? 'no rollback')
  tally.expect(outcome === (reader ? 'erased' : 'truncated'), () => `rung: ${what()}`)
}

/** After a failed attempt nothing of it is there, or blanks alone. */
function expectGone(cut) {
  const size = sizeNow()
  if (!reader) {
    tally.expect(size === end, () => `cut ${cut}: the file ends at ${size}, not at ${end}`)
  } else {
    tally.expect(size === end + cut, () => `cut ${cut}: the file ends at ${size}, not at ${end + cut}`)
    if (cut > 0)
      tally.expect(
        bytesAt(end, size).every((byte) => byte === 0x20),
        () => `cut ${cut} at ${end}: not erased`,
      )
  }
  end = size
}

function expectThere(record, range) {
  const { text } = record
  tally.acknowledged++
  const right = range.start === end && range.end === end + text.length + 1
  tally.expect(
    right,
    () => `range ${JSON.stringify(range)} of a record of ${text.length + 1} bytes at ${end}`,
  )
  tally.expect(
    bytesAt(range.start, range.end).equals(Buffer.from(`${text}\n`)),
    () => `record at ${range.start} is not there`,
  )
  logs.acknowledge(writer, [{ ...record, range }])
  end = range.end
}

function cutOne(text, cut, expectedSequence) {
  tally.tried++
  limiter.limit(end + cut)
  let failure = null
  let range = null
  try {
    range = append(text)
  } catch (error) {
    failure = error
  }
  limiter.raise()
  if (failure === null) {
    tally.violate(`cut ${cut} at ${end} was not noticed: ${JSON.stringify(range)}`)
    return
  }
  logs.fail(writer, expectedSequence, failure.state)
  expectExact(failure, cut, text)
  expectGone(cut)
}

function everyCut() {
  const text = makeRecord(writer, sequence, within(random, 40, 240))
  for (let cut = 0; cut <= text.length && tally.tried < points; cut++) {
    // A failed record must never appear: the next attempt is another record.
    cutOne(makeRecord(writer, sequence, text.length), cut, sequence)
    sequence++
  }
  const record = { sequence, text: makeRecord(writer, sequence, text.length) }
  sequence++
  expectThere(record, append(record.text))
}

/** Group commit: what is whole stays acknowledged, the rest is reported, and nothing else. */
async function cutBatches() {
  const records = []
  for (let i = 0; i < 6; i++, sequence++)
    records.push({ sequence, text: makeRecord(writer, sequence, within(random, 40, 90)) })
  const ends = []
  for (const { text } of records) ends.push((ends.at(-1) ?? 0) + text.length + 1)
  const cut = within(random, 0, ends.at(-1) - 1)
  const whole = ends.filter((each) => each <= cut).length
  tally.tried++
  limiter.limit(end + cut)
  const outcomes = await Promise.allSettled(records.map(({ text }) => target.appendLine(text)))
  limiter.raise()
  outcomes.forEach((outcome, i) => {
    if (outcome.status === 'fulfilled') expectThere(records[i], outcome.value)
    else logs.fail(writer, records[i].sequence, outcome.reason.state)
  })
  const good = outcomes.filter(({ status }) => status === 'fulfilled').length
  tally.expect(good === whole, () => `batch cut at ${cut}: ${good} acknowledged, ${whole} whole`)
  const fragment = cut - (ends[whole - 1] ?? 0)
  if (fragment > 0) tally.note('short')
  const { reason } = outcomes[whole]
  if (fragment > 0 && reason) tally.note(reason.rollback?.outcome ?? 'no rollback')
  expectGone(fragment)
}

/** The cause has passed when the record is tried again: it stands whole, and its fragment is gone. */
function cutPassing() {
  const text = makeRecord(writer, sequence, within(random, 40, 240))
  const cut = within(random, 1, text.length)
  tally.tried++
  page.set(`write:1:short=${cut}`)
  let range = null
  try {
    range = append(text)
  } catch (error) {
    tally.violate(`cut ${cut}, the cause has passed: ${error.message}`)
  }
  page.set('')
  tally.note('short')
  if (range !== null) {
    const between = bytesAt(end, range.start)
    tally.expect(
      between.every((byte) => byte === 0x20 || byte === 0x0a),
      () => `cut ${cut} at ${end}: a fragment is left`,
    )
    tally.note(between.length === 0 ? 'truncated' : 'erased')
    end = range.start
    expectThere({ sequence, text }, range)
  }
  sequence++
}

while (tally.tried < points) {
  if (mode === 'batch') await cutBatches()
  else if (mode === 'passing') cutPassing()
  else everyCut()
}
if (mode === 'fileSync') target.closeSync()
else await target.close()
limiter?.close()
logs.release()
console.log(JSON.stringify(tally.result()))
