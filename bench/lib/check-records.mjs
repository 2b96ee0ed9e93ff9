// Whether a candidate did what it was asked to: each record that it was given is there, whole, once and in order.
//
// The records of a writer are a ring of known lines, so what must come next is always known. A line that is none
// of the ring is damaged; where one comes too early, those between are lost.

import { closeSync, openSync, readSync } from 'node:fs'

const chunkBytes = 4 * 1024 * 1024

let buffer = null

/** Gives the bytes of a file from an offset in chunks, in one buffer that is used again, for other files, too. */
function* chunksOf(path, from) {
  const fd = openSync(path, 'r')
  try {
    buffer ??= Buffer.allocUnsafeSlow(chunkBytes)
    for (let at = from; ;) {
      const bytes = readSync(fd, buffer, 0, buffer.length, at)
      if (bytes === 0) return
      at += bytes
      yield buffer.subarray(0, bytes)
    }
  } finally {
    closeSync(fd)
  }
}

/** The lines of a file without their LF; what stands behind the last LF is a line too. */
export function* linesOf(path, from = 0) {
  let rest = Buffer.alloc(0)
  for (const chunk of chunksOf(path, from)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      yield bytes.toString('utf8', at, end)
      at = end + 1
    }
    rest = Buffer.from(bytes.subarray(at))
  }
  if (rest.length > 0) yield rest.toString('utf8')
}

const bytesOfRings = new WeakMap()

/** The ring as it stands in a file; it is asked for again for each of ten thousand files. */
function bytesOf(ring) {
  const known = bytesOfRings.get(ring)
  if (known !== undefined) return known
  const bytes = Buffer.from(`${ring.join('\n')}\n`)
  bytesOfRings.set(ring, bytes)
  return bytes
}

/** Whether the file is exactly the ring, again and again, up to so many records: the quick answer. */
function isExactly(path, ring, count, from) {
  const bytes = bytesOf(ring)
  let missing = Math.floor(count / ring.length) * bytes.length
  const rest = count % ring.length
  if (rest > 0) missing += Buffer.byteLength(`${ring.slice(0, rest).join('\n')}\n`)
  let at = 0
  for (const chunk of chunksOf(path, from)) {
    missing -= chunk.length
    for (let done = 0; done < chunk.length;) {
      const part = Math.min(bytes.length - at, chunk.length - done)
      if (bytes.compare(chunk, done, done + part, at, at + part) !== 0) return false
      done += part
      at = at + part === bytes.length ? 0 : at + part
    }
  }
  return missing === 0
}

const sameText = (line, expected) => line === expected

class Writer {
  seen = 0
  lost = 0
  #ring
  #matches

  constructor(ring, matches) {
    this.#ring = ring
    this.#matches = matches
  }

  /** False: the line is none of what may come. */
  take(line) {
    const { length } = this.#ring
    for (let ahead = 0; ahead < length; ahead++) {
      const expected = this.#ring[(this.seen + this.lost + ahead) % length]
      // Only the next is compared in full where that is slow.
      if (!this.#matches(line, expected)) {
        if (this.#matches === sameText) continue
        return false
      }
      this.lost += ahead
      this.seen++
      return true
    }
    return false
  }
}

const writerOf = /^\{"writer":(\d+),/

/**
 * @param rings - for each writer its records without LF
 * @param counts - for each writer how many it gave
 * @returns how many records are there, were lost, came too many, and how many lines are damaged
 */
export function checkLines(found, rings, counts, matches = sameText) {
  const writers = rings.map((ring) => new Writer(ring, matches))
  let damaged = 0
  for (const line of found) {
    const writer = rings.length === 1 ? writers[0] : writers[Number(writerOf.exec(line)?.[1] ?? -1)]
    if (writer === undefined || !writer.take(line)) damaged++
  }
  return verdictOf(writers, counts, damaged)
}

function verdictOf(writers, counts, damaged) {
  const verdict = { records: 0, lost: 0, extra: 0, damaged }
  for (const [i, writer] of writers.entries()) {
    verdict.records += writer.seen
    const missing = counts[i] - writer.seen
    if (missing > 0) verdict.lost += missing
    else verdict.extra -= missing
    // Too early and yet all there: out of order.
    if (missing <= 0 && writer.lost > 0) verdict.damaged += writer.lost
  }
  return verdict
}

/** Checks a file of lines, from an offset on; see checkLines. */
export function checkFile(path, rings, counts, matches = sameText, from = 0) {
  if (rings.length === 1 && matches === sameText && isExactly(path, rings[0], counts[0], from)) {
    return { records: counts[0], lost: 0, extra: 0, damaged: 0 }
  }
  return checkLines(linesOf(path, from), rings, counts, matches)
}

/** All of them together; null: there are none. */
export function sumOf(verdicts) {
  if (verdicts.length === 0) return null
  const sum = { records: 0, lost: 0, extra: 0, damaged: 0 }
  for (const one of verdicts) for (const key of Object.keys(sum)) sum[key] += one[key]
  return sum
}

export function isFlawless({ lost, extra, damaged }) {
  return lost + extra + damaged === 0
}
