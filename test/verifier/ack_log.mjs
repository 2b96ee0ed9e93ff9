// ack_log.mjs: reads ack logs and failure logs into the ledger.
//
// Idea: a writer notes each record in a file elsewhere, after the call that wrote it returned:
//   {"id":"A:17","start":123,"end":456,"sha1":"..."}  acknowledged with its range
//   {"id":"B:17","sha1":"..."}                        a plain appender's call returned
//   {"id":"B:18","pieces":[{"start","end","sha1"},…]} the same, in several writes that others came between
//   {"id":"A:18","state":"failed"|"pending"|"indeterminate"}  (failure log)
// The SHA-1 is of the record without its LF; that of a piece is of all its bytes.
// Contract: a torn last line (the writer was killed) is left out and counted, also if a later
// run of the writer went on behind it. Anything else that is no ack throws: a log that cannot
// be read would make the check weaker without a word.

import { forEachLine } from './lines.mjs'
import { mark } from './ledger.mjs'

/**
 * @typedef {{ number: number, start: number, end: number, sha1: string }} Piece
 * @typedef {{ ledger: import('./ledger.mjs').Ledger, pieces: Piece[], twice: number[], torn: number }} Logs
 */

/** @param {string} path @param {Logs} logs */
export function readAckLog(path, logs) {
  forEachEntry(path, logs, (entry) => {
    const { ledger } = logs
    const number = ledger.number(entry.id)
    if (ledger.has(number, mark.ranged | mark.plain | mark.pieces)) {
      logs.twice.push(number)
    } else if (Array.isArray(entry.pieces)) {
      ledger.marks[number] |= mark.pieces
      for (const { start, end, sha1 } of entry.pieces) logs.pieces.push({ number, start, end, sha1 })
    } else if (entry.start === undefined) {
      ledger.marks[number] |= mark.plain
      ledger.setSha1(number, entry.sha1)
    } else {
      if (!(entry.start >= 0 && entry.end > entry.start))
        throw new TypeError(`not a range: ${JSON.stringify(entry)}`)
      ledger.marks[number] |= mark.ranged
      ledger.starts[number] = entry.start
      ledger.ends[number] = entry.end
      ledger.setSha1(number, entry.sha1)
    }
  })
}

const states = { failed: mark.failed, pending: mark.pending, indeterminate: mark.indeterminate }

/** What was said last of an id counts. @param {string} path @param {Logs} logs */
export function readFailureLog(path, logs) {
  forEachEntry(path, logs, ({ id, state }) => {
    const which = states[/** @type {keyof typeof states} */ (state)]
    if (which === undefined) throw new TypeError(`${path}: no such state: ${state}`)
    const number = logs.ledger.number(id)
    logs.ledger.marks[number] &= ~(mark.failed | mark.pending | mark.indeterminate)
    logs.ledger.marks[number] |= which
  })
}

/** @param {string} path @param {Logs} logs @param {(entry: any) => void} onEntry */
function forEachEntry(path, logs, onEntry) {
  forEachLine(path, (buffer, from, to, offset, ended) => {
    const text = buffer.toString('utf8', from, to)
    let entry = parse(text)
    if (entry === undefined) {
      // A torn line, or a torn one with the next run's first behind it.
      logs.torn++
      entry = parse(text.slice(text.lastIndexOf('{"id":')))
      if (entry === undefined && ended)
        throw new SyntaxError(`${path}: no ack at byte ${offset}: ${text.slice(0, 80)}`)
    }
    if (entry !== undefined) onEntry(entry)
  })
}

/** @param {string} text */
function parse(text) {
  try {
    const entry = JSON.parse(text)
    return typeof entry?.id === 'string' ? entry : undefined
  } catch {
    return undefined
  }
}
