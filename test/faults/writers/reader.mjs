// reader.mjs: reads a file while others write it, by two rules (row 19).
//
// Each ack that appears in the logs is looked up at once: its bytes are whole, and alone on their line. And
// the file is followed by its lines, as `tail -f` would: a line that ends in an LF and has an id is a whole
// record, never a part of one. (A torn line may be seen with an LF: it is no JSON.)
// Contract: ends at SIGTERM, after a last look at everything. Prints how often it looked.

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { sha1 } from '../support/records.mjs'
import { Tally } from '../support/tally.mjs'

const { file, logs, halves } = JSON.parse(process.argv[2])
const tally = new Tally()
const LF = 0x0a

class LogTail {
  #fd
  #at = 0
  #rest = ''

  constructor(path) {
    this.#fd = openSync(path, 'r')
  }

  /** Whole lines since the last time. @returns {string[]} */
  next() {
    const bytes = Buffer.alloc(256 * 1024)
    const read = readSync(this.#fd, bytes, 0, bytes.length, this.#at)
    this.#at += read
    const lines = (this.#rest + bytes.toString('utf8', 0, read)).split('\n')
    this.#rest = lines.pop()
    return lines
  }
}

const waiting = new Set(logs)
const tails = []
let data = -1
let at = 0

function readAt(start, end) {
  const bytes = Buffer.alloc(end - start)
  return bytes.subarray(0, readSync(data, bytes, 0, bytes.length, start))
}

function lookUp({ id, start, end, sha1: digest }) {
  if (start === undefined) return
  tally.tried++
  tally.note('looks at an ack')
  const from = Math.max(0, start - 1)
  const bytes = readAt(from, end)
  const record = bytes.subarray(start - from, -1)
  if (sha1(record) !== digest || bytes.at(-1) !== LF)
    tally.violate(
      `${id} [${start}, ${end}): acknowledged, and a reader sees ${JSON.stringify(bytes.toString('latin1').slice(0, 120))}`,
    )
  const before = start === 0 ? LF : bytes[0]
  if (before !== LF && before !== 0x20)
    tally.violate(`${id} [${start}, ${end}): acknowledged, and its line begins with something else`)
  else tally.acknowledged++
}

function followLines() {
  const { size } = fstatSync(data)
  // Cut off behind what we have read: a rollback. What was read before the last LF stays read.
  if (size < at) {
    tally.note('cut')
    at = readAt(0, size).lastIndexOf(LF) + 1
  }
  const bytes = readAt(at, Math.min(size, at + 1024 * 1024))
  const last = bytes.lastIndexOf(LF)
  if (last < 0) return
  for (const line of bytes.toString('utf8', 0, last).split('\n')) {
    tally.tried++
    tally.note('looks at a line')
    const text = line.trim()
    let value
    try {
      value = JSON.parse(text)
    } catch {
      tally.note(text === '' ? 'blank lines seen' : 'torn lines seen')
      continue
    }
    if (value.size === undefined || value.size === text.length) continue
    if (halves) tally.note('seen with half a line of others')
    else
      tally.violate(
        `a reader sees a line of ${text.length} bytes that says it has ${value.size}: ${text.slice(0, 130)} … ${text.slice(-60)}`,
      )
  }
  at += last + 1
}

function look() {
  for (const path of waiting) {
    if (!existsSync(path)) continue
    waiting.delete(path)
    tails.push(new LogTail(path))
  }
  if (data < 0) {
    if (!existsSync(file)) return 0
    data = openSync(file, 'r')
  }
  let found = 0
  for (const tail of tails) {
    for (const line of tail.next()) {
      found++
      lookUp(JSON.parse(line))
    }
  }
  followLines()
  return found
}

let stopped = false
process.once('SIGTERM', () => (stopped = true))
while (!stopped) {
  look()
  await new Promise((resolve) => setImmediate(resolve))
}
while (look() > 0) continue
if (data >= 0) closeSync(data)
console.log(JSON.stringify(tally.result()))
