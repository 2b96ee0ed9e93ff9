// records.mjs: the records of the tests, and seeded chance.
//
// Contract: a record is one JSON text, a function of writer, sequence and size alone; it tells its
// own size in bytes, so a reader can tell a whole one without asking anybody.

import { createHash } from 'node:crypto'

/** splitmix-like, 32 bits: the same numbers for the same seed. @param {number} seed @returns {() => number} in [0, 1) */
export function randomOf(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32
  }
}

/** A whole number from least to most, both included. @param {() => number} random @param {number} least @param {number} most */
export function within(random, least, most) {
  return least + Math.floor(random() * (most - least + 1))
}

const pool = (() => {
  const random = randomOf(7)
  const letters = 'abcdefghijklmnopqrstuvwxyz{},: 0123'
  let text = ''
  for (let i = 0; i < 65536; i++) text += letters[Math.floor(random() * letters.length)]
  return text
})()

/** @param {string} writer @param {number} sequence @param {number} size bytes without LF; short ones become as long as needed */
export function makeRecord(writer, sequence, size) {
  const head = `{"writer":"${writer}","sequence":${sequence},"size":`
  const tail = ',"pad":"'
  const fixed = head.length + tail.length + 2
  const digits = String(size).length
  const pad = size - fixed - digits
  if (pad < 0) return makeRecord(writer, sequence, fixed + String(fixed + 3).length)
  const from = (sequence * 31) % 4096
  const filler =
    pad <= 32768 ? pool.slice(from, from + pad) : pool.repeat(Math.ceil(pad / pool.length)).slice(0, pad)
  return `${head}${size}${tail}${filler}"}`
}

/** @param {string | Uint8Array} bytes */
export function sha1(bytes) {
  return createHash('sha1').update(bytes).digest('hex')
}
