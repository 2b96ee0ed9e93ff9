// scan.mjs: one pass over the data file: what each physical line is, and whose.
//
// Idea: the ranged acks, sorted by start, are walked along with the lines; a line that is
// exactly an acknowledged record is done with its digest, every other one is parsed. What
// was seen goes into the ledger; what is wrong by itself is reported at once, the rest is
// judged when the whole file has been seen. Contract: changes nothing but ledger and report.

import { isUtf8 } from 'node:buffer'
import { forEachLine } from './lines.mjs'
import { mark } from './ledger.mjs'
import { forEachObject } from './salvage.mjs'

const maxExcerpts = 10
const excerptBytes = 160
const [SPACE, TAB, CR] = [32, 9, 13]

/**
 * @typedef {import('./ledger.mjs').Ledger} Ledger
 * @typedef {import('./verify.mjs').Report} Report
 * @typedef {(kind: string, number: number, text: string) => void} Violate
 */

export class Scan {
  #ledger
  #report
  #violate
  #idOf
  #byStart
  #next = 0

  /**
   * @param {Ledger} ledger @param {number[]} byStart the numbers of the ranged acks, sorted by start
   * @param {Report} report @param {Violate} violate @param {(value: any) => string | undefined} idOf
   */
  constructor(ledger, byStart, report, violate, idOf) {
    this.#ledger = ledger
    this.#byStart = byStart
    this.#report = report
    this.#violate = violate
    this.#idOf = idOf
  }

  /** @param {string} path */
  run(path) {
    this.#report.endsWithLf = true
    this.#report.bytes = forEachLine(path, (buffer, from, to, offset, ended) => {
      this.#report.lines++
      if (!ended) this.#report.endsWithLf = false
      const line = buffer.subarray(from, to)
      if (!this.#isAcknowledged(line, offset, ended)) this.#classify(line, offset)
    })
  }

  /** Whether the line is one acknowledged record in its range, with nothing but spaces before it. @param {Buffer} line @param {number} offset @param {boolean} ended */
  #isAcknowledged(line, offset, ended) {
    const ledger = this.#ledger
    let alone = false
    while (this.#next < this.#byStart.length) {
      const number = this.#byStart[this.#next]
      const from = ledger.starts[number] - offset
      if (from > line.length) break
      this.#next++
      const to = ledger.ends[number] - 1 - offset
      if (to > line.length || !ledger.isRecord(number, line.subarray(from, to))) continue
      if (to < line.length || !ended) {
        this.#violate('wrong-range', number, `there is no LF at the end of its range: ${excerpt(line)}`)
      } else if (!isSpace(line, 0, from)) {
        this.#violate('glued', number, `its line starts with something else: ${excerpt(line)}`)
      } else {
        alone = true
        this.#report.records++
        this.#report.parseable++
        this.#see(number, offset)
      }
      ledger.marks[number] |= mark.inPlace
    }
    return alone
  }

  /** @param {Buffer} line @param {number} offset */
  #classify(line, offset) {
    const record = trimmed(line)
    if (record.length === 0) {
      this.#report.erased++
      if (line.length === 0) this.#report.blank++
      return
    }
    const value = parse(record)
    if (value === undefined) {
      this.#damaged(line, offset)
      return
    }
    this.#report.parseable++
    const id = this.#idOf(value)
    if (id === undefined) {
      this.#report.unidentified++
      return
    }
    const number = this.#ledger.number(id)
    this.#see(number, offset)
    if (!this.#ledger.has(number, mark.ranged | mark.plain)) return
    // The record itself may begin or end with spaces.
    const same = this.#ledger.isRecord(number, record) || this.#ledger.isRecord(number, line)
    this.#ledger.marks[number] |= !same
      ? mark.changed
      : this.#ledger.has(number, mark.plain)
        ? mark.whole
        : mark.elsewhere
  }

  /** @param {number} number @param {number} offset */
  #see(number, offset) {
    if (this.#ledger.seen[number]++ > 0) this.#report.duplicates++
    this.#ledger.seenAt[number] = offset
  }

  /** A line that is no JSON: records in it are lost to readers, but may be there byte for byte. @param {Buffer} line @param {number} offset */
  #damaged(line, offset) {
    const report = this.#report
    report.damaged++
    if (report.excerpts.length < maxExcerpts) {
      report.excerpts.push({ start: offset, end: offset + line.length, text: excerpt(line) })
    }
    const complete = forEachObject(line, (value, bytes) => {
      const id = this.#idOf(value)
      const number = id === undefined ? -1 : this.#ledger.ids.find(id)
      if (
        number < 0 ||
        !this.#ledger.has(number, mark.ranged | mark.plain) ||
        !this.#ledger.isRecord(number, bytes)
      )
        return
      this.#ledger.marks[number] |= this.#ledger.has(number, mark.plain) ? mark.glued : mark.elsewhere
      if (this.#ledger.seen[number] === 0) this.#ledger.seenAt[number] = offset
    })
    if (!complete) report.notSearched++
  }
}

/** @param {Buffer} line @param {number} from @param {number} to */
function isSpace(line, from, to) {
  for (let i = from; i < to; i++) {
    const byte = line[i]
    if (byte !== SPACE && byte !== TAB && byte !== CR) return false
  }
  return true
}

/** @param {Buffer} line */
function trimmed(line) {
  let from = 0
  let to = line.length
  while (from < to && isSpace(line, from, from + 1)) from++
  while (to > from && isSpace(line, to - 1, to)) to--
  return line.subarray(from, to)
}

/** The value, or undefined if the bytes are not JSON in UTF-8. @param {Buffer} bytes */
function parse(bytes) {
  try {
    const text = bytes.toString('utf8')
    const value = JSON.parse(text)
    return text.includes('\ufffd') && !isUtf8(bytes) ? undefined : value
  } catch {
    return undefined
  }
}

/** @param {Buffer} line */
function excerpt(line) {
  const text = JSON.stringify(line.toString('latin1', 0, excerptBytes))
  return line.length > excerptBytes ? `${text} and ${line.length - excerptBytes} bytes more` : text
}
