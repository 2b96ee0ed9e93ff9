// ledger.mjs: what was promised of each record, and what was seen of it in the file.
//
// Idea: columns of plain numbers instead of an object for each record: 50 bytes instead of
// some 300. Contract: `number` is the id's number in `ids`. Knows no file and no rule.

import crypto from 'node:crypto'
import { IdTable } from './ids.mjs'

/** What is known of an id; a record may have several. */
export const mark = Object.freeze({
  ranged: 1, // acknowledged with its range
  plain: 2, // acknowledged without
  pieces: 4, // acknowledged as pieces, another writer having come in between
  failed: 8,
  pending: 16,
  indeterminate: 32,
  inPlace: 64, // ranged: found in its range
  whole: 128, // plain: found alone on its line
  glued: 256, // plain: found beside something else
  elsewhere: 512, // its bytes were found, but not in its range
  changed: 1024, // its id was found with other bytes
})

const sha1Bytes = 20

// Digests are compared as strings of 20 characters, a byte each: to ask for a Buffer takes three
// times as long. Node before 20.12 has no hash().
/** @type {(bytes: Uint8Array) => string} */
const sha1 = crypto.hash
  ? (bytes) => crypto.hash('sha1', bytes, 'binary')
  : (bytes) => crypto.createHash('sha1').update(bytes).digest('binary')

export class Ledger {
  ids = new IdTable()
  marks = new Uint16Array(1024)
  starts = new Float64Array(1024)
  ends = new Float64Array(1024)
  /** How many parseable lines carry the id. */
  seen = new Uint32Array(1024)
  /** Where one of these lines starts. */
  seenAt = new Float64Array(1024)
  #sha1s = Buffer.alloc(1024 * sha1Bytes)

  /** @param {string} id @returns {number} known or new */
  number(id) {
    const known = this.ids.find(id)
    if (known >= 0) return known
    const number = this.ids.add(id)
    if (number === this.marks.length) this.#grow(number * 2)
    return number
  }

  /** @param {number} number @param {string} hex */
  setSha1(number, hex) {
    const written = this.#sha1s.write(hex, number * sha1Bytes, sha1Bytes, 'hex')
    if (written !== sha1Bytes || hex.length !== 2 * sha1Bytes) throw new TypeError(`not a SHA-1: ${hex}`)
  }

  /** Whether these are the bytes that were acknowledged. @param {number} number @param {Uint8Array} bytes */
  isRecord(number, bytes) {
    const at = number * sha1Bytes
    return this.#sha1s.toString('binary', at, at + sha1Bytes) === sha1(bytes)
  }

  /** @param {number} number @param {number} which */
  has(number, which) {
    return (this.marks[number] & which) !== 0
  }

  /** @param {number} length */
  #grow(length) {
    for (const column of /** @type {const} */ (['marks', 'starts', 'ends', 'seen', 'seenAt'])) {
      const old = this[column]
      const larger = new /** @type {any} */ (old.constructor)(length)
      larger.set(old)
      this[column] = larger
    }
    this.#sha1s = Buffer.concat([this.#sha1s], length * sha1Bytes)
  }
}

/** @param {Uint8Array} bytes */
export const sha1Hex = (bytes) => Buffer.from(sha1(bytes), 'binary').toString('hex')
