// logs.mjs: the ack log and the failure log of one writer, for the verifier (test/verifier/ack_log.mjs).
//
// Contract: an entry goes out, in one write, after the call that it tells of has returned.

import { appendFileSync, openSync, writeSync } from 'node:fs'
import { sha1 } from './records.mjs'

export class Logs {
  #acks
  #failures
  #held = []

  /** @param {{ acks: string, failures: string, hold?: boolean }} options hold: until release() (a file size limit is on) */
  constructor({ acks, failures, hold = false }) {
    this.#acks = openSync(acks, 'a')
    this.#failures = failures
    this.hold = hold
  }

  /** @param {string} writer @param {{ sequence: number, text: string, range?: { start: number, end: number } }[]} records */
  acknowledge(writer, records) {
    let lines = ''
    for (const { sequence, text, range } of records) {
      const place = range ? `"start":${range.start},"end":${range.end},` : ''
      lines += `{"id":"${writer}:${sequence}",${place}"sha1":"${sha1(text)}"}\n`
    }
    if (this.hold) this.#held.push(lines)
    else if (lines !== '') writeSync(this.#acks, lines)
  }

  /** @param {string} writer @param {number} sequence @param {string} state */
  fail(writer, sequence, state) {
    const line = `${JSON.stringify({ id: `${writer}:${sequence}`, state })}\n`
    if (this.hold) this.#held.push({ line })
    else appendFileSync(this.#failures, line)
  }

  release() {
    for (const item of this.#held.splice(0)) {
      if (typeof item === 'string') writeSync(this.#acks, item)
      else appendFileSync(this.#failures, item.line)
    }
  }
}
