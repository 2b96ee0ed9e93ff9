// deliveries.mjs: judges what followers were given against what writers were promised.
//
// Contract: knows nothing of the package; a delivery is { run, writer, sequence, file, start, end, hash }.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { sha1 } from './records.mjs'

/** @param {string} file */
function linesOf(file) {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  // Whoever was killed may have left half a line.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
}

/** By id. @param {string[]} logs @returns {Map<string, { sha1: string, start?: number, end?: number }>} */
export function readAcks(logs) {
  const acks = new Map()
  for (const line of logs.flatMap(linesOf)) {
    const { id, ...ack } = JSON.parse(line)
    acks.set(id, ack)
  }
  return acks
}

/** Whether a delivered record still stands where it was delivered from. */
export class Places {
  /** @type {Map<string, string>} */
  #paths = new Map()
  /** @type {{ path: string, bytes: Buffer } | null} */
  #last = null

  /** @param {string[]} paths of all generations of the file, nobody writes to them any more */
  constructor(paths) {
    for (const path of paths) {
      const { dev, ino } = statSync(path, { bigint: true })
      this.#paths.set(`${dev}:${ino}`, path)
    }
  }

  holds({ file, start, end, hash }) {
    const path = this.#paths.get(file)
    if (path === undefined) throw new Error(`no file ${file}`)
    if (this.#last?.path !== path) this.#last = { path, bytes: readFileSync(path) }
    return sha1(this.#last.bytes.subarray(start, end).toString().trim()) === hash
  }
}

/** @param {string} log */
export function readDeliveries(log) {
  return linesOf(log).map((line) => JSON.parse(line))
}

const placeOf = ({ file, start, end }) => `${file} [${start}, ${end})`

/**
 * The record of an appendAll was seen before the call was over: its write was cut short, what had landed was taken
 * back, and all of it was written again, in one piece as it must be. Only the second place was acknowledged, and
 * nothing stands at the first: a reader that waits for acknowledgements is given it once.
 */
function wasTakenBack(ack, first, second, places) {
  const isAcknowledged = ack.start === second.start && ack.end === second.end
  return second.writer.startsWith('all-') && isAcknowledged && places !== null && !places.holds(first)
}

/**
 * @param {ReturnType<typeof readAcks>} acks @param {any[]} deliveries @param {Set<number>} killed runs that ended by
 * kill -9 @param {Places | null} places null: they are still written to
 */
export function judgeDeliveries(acks, deliveries, killed, places) {
  const counts = {
    delivered: 0,
    acknowledged: 0,
    againAfterKill: 0,
    againAfterEnd: 0,
    missing: 0,
    elsewhere: 0,
    takenBack: 0,
  }
  /** @type {string[]} */
  const violations = []
  const seen = new Map()
  // A run that ended before it had written its cursor hands on what the one before it had lost.
  const wasKilled = (from, to) => {
    for (let run = from; run < to; run++) if (killed.has(run)) return true
    return false
  }
  const newest = new Map()
  for (const delivery of deliveries) {
    const { run, writer, sequence, hash } = delivery
    const id = `${writer}:${sequence}`
    const before = seen.get(id)
    if (before === undefined) {
      seen.set(id, delivery)
      counts.delivered++
      if (!acks.has(id)) continue
      counts.acknowledged++
      if (acks.get(id)?.sha1 !== hash) violations.push(`${id}: other content at ${placeOf(delivery)}`)
      if ((newest.get(writer) ?? -1) > sequence) violations.push(`${id}: after ${newest.get(writer)}`)
      newest.set(writer, sequence)
      continue
    }
    if (placeOf(before) !== placeOf(delivery)) {
      // Nobody was promised that what was never acknowledged is there once.
      const ack = acks.get(id)
      if (ack === undefined) counts.elsewhere++
      else if (wasTakenBack(ack, before, delivery, places)) counts.takenBack++
      else violations.push(`${id}: at ${placeOf(before)} and at ${placeOf(delivery)}`)
    } else if (before.run === run) violations.push(`${id}: twice in run ${run}`)
    else if (wasKilled(before.run, run)) counts.againAfterKill++
    else counts.againAfterEnd++
    seen.set(id, delivery)
  }
  for (const id of acks.keys()) {
    if (seen.has(id)) continue
    counts.missing++
    violations.push(`${id}: acknowledged and never delivered`)
  }
  return { counts, violations, seen }
}
