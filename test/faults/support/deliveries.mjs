// deliveries.mjs: judges what followers were given against what writers were promised.
//
// Contract: knows nothing of the package; a delivery is { run, writer, sequence, file, start, end, hash }.

import { existsSync, readFileSync } from 'node:fs'

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

/** By id, the hash of its text. @param {string[]} logs @returns {Map<string, string>} */
export function readAcks(logs) {
  const acks = new Map()
  for (const line of logs.flatMap(linesOf)) {
    const { id, sha1 } = JSON.parse(line)
    acks.set(id, sha1)
  }
  return acks
}

/** @param {string} log */
export function readDeliveries(log) {
  return linesOf(log).map((line) => JSON.parse(line))
}

const placeOf = ({ file, start, end }) => `${file} [${start}, ${end})`

/**
 * @param {Map<string, string>} acks @param {any[]} deliveries @param {Set<number>} killed runs that ended by kill -9
 */
export function judgeDeliveries(acks, deliveries, killed) {
  const counts = {
    delivered: 0,
    acknowledged: 0,
    againAfterKill: 0,
    againAfterEnd: 0,
    missing: 0,
    elsewhere: 0,
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
      if (acks.get(id) !== hash) violations.push(`${id}: other content at ${placeOf(delivery)}`)
      if ((newest.get(writer) ?? -1) > sequence) violations.push(`${id}: after ${newest.get(writer)}`)
      newest.set(writer, sequence)
      continue
    }
    if (placeOf(before) !== placeOf(delivery)) {
      // Nobody was promised that what was never acknowledged is there once.
      if (acks.has(id)) violations.push(`${id}: at ${placeOf(before)} and at ${placeOf(delivery)}`)
      else counts.elsewhere++
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
