// verify.mjs: checks a data file against what its writers were promised.
//
// Idea: the judge shares nothing with the package: it knows only JSON Lines, the ack logs
// (ack_log.mjs) and the promises W1 to W4. Use: verify({ data, acks, failures, idOf }), or
//   node test/verifier/verify.mjs DATA --acks a.log b.log [--failures f.log] [--json]
// with code 0: all kept, 1: violations, 2: could not check. Run it when no writer is at work.
// Contract: reads only. Memory grows with the number of records, by some 50 bytes each, not
// with their size. `violations` holds the first 1,000; `violationCount` counts them all.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { readAckLog, readFailureLog } from './ack_log.mjs'
import { Ledger, mark, sha1Hex } from './ledger.mjs'
import { Scan } from './scan.mjs'

const maxViolations = 1000

/**
 * @typedef {{ kind: string, id: string, range: { start: number, end: number } | null, text: string }} Violation
 */

/** @param {string} data */
function emptyReport(data) {
  return {
    data,
    bytes: 0,
    lines: 0,
    parseable: 0,
    /** ranged acks, and how many of them are right: in place, alone on their line */
    ranged: 0,
    records: 0,
    /** plain acks, and how many records of them are alone on their line or beside a fragment */
    plain: 0,
    whole: 0,
    glued: 0,
    /** records acknowledged in pieces, others having come in between */
    split: 0,
    /** lines with an id that nobody acknowledged: what a killed writer may leave */
    unacknowledged: 0,
    /** parseable lines whose id was there before */
    duplicates: 0,
    /** parseable lines that have no id */
    unidentified: 0,
    /** lines that are not JSON, and the first few of them */
    damaged: 0,
    excerpts: /** @type {{ start: number, end: number, text: string }[]} */ ([]),
    /** damaged lines too tangled to look for all records in them */
    notSearched: 0,
    /** lines of nothing but spaces, and those of them without any byte */
    erased: 0,
    blank: 0,
    endsWithLf: true,
    failed: 0,
    pending: 0,
    indeterminate: 0,
    tornLogLines: 0,
    violationCount: 0,
    violations: /** @type {Violation[]} */ ([]),
  }
}

/** @typedef {ReturnType<typeof emptyReport>} Report */

/** @param {any} value */
export function idOfRecord(value) {
  return value?.writer === undefined || value.sequence === undefined
    ? undefined
    : `${value.writer}:${value.sequence}`
}

/**
 * @param {object} options
 * @param {string} options.data
 * @param {string[]} [options.acks]
 * @param {string[]} [options.failures]
 * @param {(value: any) => string | undefined} [options.idOf] best `writer:sequence`: only such ids have an order
 * @returns {Report}
 */
export function verify({ data, acks = [], failures = [], idOf = idOfRecord }) {
  const report = emptyReport(data)
  const ledger = new Ledger()
  const logs = { ledger, pieces: [], twice: [], torn: 0 }
  for (const path of acks) readAckLog(path, logs)
  for (const path of failures) readFailureLog(path, logs)
  report.tornLogLines = logs.torn

  /** @type {import('./scan.mjs').Violate} */
  const violate = (kind, number, text) => {
    report.violationCount++
    if (report.violations.length >= maxViolations) return
    const range = ledger.has(number, mark.ranged)
      ? { start: ledger.starts[number], end: ledger.ends[number] }
      : null
    report.violations.push({ kind, id: ledger.ids.name(number), range, text })
  }

  for (const number of logs.twice) violate('acknowledged-twice', number, 'two acks of one id')
  checkOrder(ledger, violate)
  const byStart = sortedByStart(ledger)
  checkOverlap(ledger, byStart, violate)
  new Scan(ledger, byStart, report, violate, idOf).run(data)
  checkPieces(data, logs.pieces, violate)
  for (let number = 0; number < ledger.ids.size; number++) judge(ledger, number, report, violate)
  return report
}

/** W4: of one writer, a later record stands behind an earlier one. @param {Ledger} ledger @param {import('./scan.mjs').Violate} violate */
function checkOrder(ledger, violate) {
  let before = { writer: '', sequence: 0, number: -1 }
  ledger.ids.forEachInOrder((writer, sequence, number) => {
    if (!ledger.has(number, mark.ranged)) return
    if (
      before.number >= 0 &&
      before.writer === writer &&
      ledger.starts[number] <= ledger.starts[before.number]
    ) {
      violate(
        'out-of-order',
        number,
        `stands before ${writer}:${before.sequence} at ${ledger.starts[before.number]}`,
      )
    }
    before = { writer, sequence, number }
  })
}

/** @param {Ledger} ledger */
function sortedByStart(ledger) {
  const numbers = []
  for (let number = 0; number < ledger.ids.size; number++)
    if (ledger.has(number, mark.ranged)) numbers.push(number)
  return numbers.sort((a, b) => ledger.starts[a] - ledger.starts[b])
}

/** @param {Ledger} ledger @param {number[]} byStart @param {import('./scan.mjs').Violate} violate */
function checkOverlap(ledger, byStart, violate) {
  for (let i = 1; i < byStart.length; i++) {
    const [before, number] = [byStart[i - 1], byStart[i]]
    if (ledger.starts[number] >= ledger.ends[before]) continue
    violate('overlap', number, `its range begins within [${ledger.starts[before]}, ${ledger.ends[before]})`)
  }
}

/** W2 for records that went in by several writes: each piece is still there. @param {string} data @param {import('./ack_log.mjs').Piece[]} pieces @param {import('./scan.mjs').Violate} violate */
function checkPieces(data, pieces, violate) {
  const fd = openSync(data, 'r')
  const { size } = fstatSync(fd)
  for (const { number, start, end, sha1 } of pieces) {
    const bytes = Buffer.alloc(Math.max(0, Math.min(end, size) - start))
    readSync(fd, bytes, 0, bytes.length, start)
    if (bytes.length !== end - start || sha1Hex(bytes) !== sha1) {
      violate('foreign-changed', number, `its piece [${start}, ${end}) holds other bytes`)
    }
  }
  closeSync(fd)
}

/** What the whole file shows of one id. @param {Ledger} ledger @param {number} number @param {Report} report @param {import('./scan.mjs').Violate} violate */
function judge(ledger, number, report, violate) {
  const has = (/** @type {number} */ which) => ledger.has(number, which)
  const seen = ledger.seen[number]
  const acknowledged = has(mark.ranged | mark.plain | mark.pieces)
  if (has(mark.ranged)) judgeRanged(ledger, number, report, violate)
  if (has(mark.plain)) judgePlain(ledger, number, report, violate)
  if (has(mark.pieces)) report.split++
  if (has(mark.failed)) report.failed++
  if (has(mark.pending)) report.pending++
  if (has(mark.indeterminate)) report.indeterminate++
  if (acknowledged && seen > 1)
    violate('duplicate', number, `on ${seen} lines, one of them at ${ledger.seenAt[number]}`)
  if (!acknowledged && seen > 0) report.unacknowledged++
  if (!acknowledged && seen > 0 && has(mark.failed)) {
    violate('failed-present', number, `was reported as failed, and is the line at ${ledger.seenAt[number]}`)
  }
}

/** @param {Ledger} ledger @param {number} number @param {Report} report @param {import('./scan.mjs').Violate} violate */
function judgeRanged(ledger, number, report, violate) {
  report.ranged++
  if (ledger.has(number, mark.inPlace)) return
  const where = ledger.seenAt[number]
  if (ledger.has(number, mark.elsewhere))
    violate('wrong-range', number, `its bytes are on the line at ${where}`)
  else if (ledger.has(number, mark.changed))
    violate('changed', number, `the line at ${where} has its id, but other bytes`)
  else violate('lost', number, 'its bytes are nowhere in the file')
}

/** @param {Ledger} ledger @param {number} number @param {Report} report @param {import('./scan.mjs').Violate} violate */
function judgePlain(ledger, number, report, violate) {
  report.plain++
  if (ledger.has(number, mark.whole)) report.whole++
  else if (ledger.has(number, mark.glued)) report.glued++
  else if (ledger.has(number, mark.changed)) {
    violate('foreign-changed', number, `the line at ${ledger.seenAt[number]} has its id, but other bytes`)
  } else violate('foreign-lost', number, 'its bytes are nowhere in the file')
}

/** @param {string[]} parameters */
function parseCommand(parameters) {
  /** @type {{ data: string[], acks: string[], failures: string[] }} */
  const lists = { data: [], acks: [], failures: [] }
  let list = lists.data
  let json = false
  for (const parameter of parameters) {
    if (parameter === '--acks') list = lists.acks
    else if (parameter === '--failures') list = lists.failures
    else if (parameter === '--json') json = true
    else list.push(parameter)
  }
  if (lists.data.length !== 1)
    throw new Error('usage: verify.mjs DATA --acks LOG... [--failures LOG...] [--json]')
  return { data: lists.data[0], acks: lists.acks, failures: lists.failures, json }
}

/** @param {Report} report */
function printReport({ violations, excerpts, ...counts }) {
  for (const [name, count] of Object.entries(counts)) console.log(`${name}: ${count}`)
  for (const { start, end, text } of excerpts) console.log(`damaged [${start}, ${end}): ${text}`)
  for (const { kind, id, range, text } of violations) {
    console.log(`VIOLATION ${kind} ${id}${range ? ` [${range.start}, ${range.end})` : ''}: ${text}`)
  }
}

/** @param {string[]} parameters */
function main(parameters) {
  try {
    const { json, ...options } = parseCommand(parameters)
    const report = verify(options)
    if (json) console.log(JSON.stringify(report))
    else printReport(report)
    process.exitCode = report.violationCount === 0 ? 0 : 1
  } catch (error) {
    console.error(/** @type {Error} */ (error).message)
    process.exitCode = 2
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2))
