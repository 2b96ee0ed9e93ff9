// plain.mjs: a program that knows nothing of the package: fs.appendFileSync, one line a call.
//
// Contract: its ack log has each record whose call returned without an error. Where Node's own loop needed more
// than one write for it (the first was short), the ack names the pieces by their ranges, taken from
// /proc/self/fdinfo right after each: another writer's bytes may stand in between, and that is not our doing.

import fs, { appendFileSync, openSync, readFileSync, writeSync } from 'node:fs'
import { makeRecord, randomOf, sha1, within } from '../support/records.mjs'

const { file, writer, seconds, size, seed, acks, pauseMs } = JSON.parse(process.argv[2])
const random = randomOf(seed)
const log = openSync(acks, 'a')
const counts = { tried: 0, acknowledged: 0, failed: 0, split: 0 }
const plainWrite = fs.writeSync
/** @type {{ start: number, end: number }[]} */
let pieces = []

fs.writeSync = (fd, bytes, offset, length) => {
  const written = plainWrite(fd, bytes, offset, length)
  // The common case, one whole write, needs no look.
  if (written === length && pieces.length === 0) return written
  const end = Number(/^pos:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1])
  pieces.push({ start: end - written, end })
  return written
}

/** @param {string} id @param {Buffer} line */
function ackOf(id, line) {
  const joined = pieces.every(({ start }, i) => i === 0 || start === pieces[i - 1].end)
  if (joined) return { id, sha1: sha1(line.subarray(0, -1)) }
  // The record itself is whole if only its LF came later.
  const [first] = pieces
  if (pieces.length === 2 && first.end - first.start === line.length - 1)
    return { id, sha1: sha1(line.subarray(0, -1)) }
  counts.split++
  const from = pieces[0].start
  let at = 0
  return {
    id,
    pieces: pieces.map(({ start, end }) => {
      const part = line.subarray(at, (at += end - start))
      return { start, end, sha1: sha1(part), from }
    }),
  }
}

let stopped = false
process.once('SIGTERM', () => (stopped = true))
const until = performance.now() + seconds * 1000
for (let sequence = 0; !stopped && performance.now() < until; sequence++) {
  const line = Buffer.from(`${makeRecord(writer, sequence, within(random, size[0], size[1]))}\n`)
  pieces = []
  counts.tried++
  try {
    appendFileSync(file, line)
    counts.acknowledged++
    writeSync(log, `${JSON.stringify(ackOf(`${writer}:${sequence}`, line))}\n`)
  } catch {
    counts.failed++
  }
  if (sequence % 4 === 0) await new Promise((resolve) => setTimeout(resolve, pauseMs * random()))
}
console.log(JSON.stringify(counts))
