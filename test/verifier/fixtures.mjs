// fixtures.mjs: makes data files and logs for the verifier's own tests, by hand and by rule.
//
// Contract: files lie in a temporary folder of this test process, which goes away with it.
// The digests come from node:crypto's oldest interface, not from the verifier's own code.

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verify } from './verify.mjs'

export const folder = mkdtempSync(join(tmpdir(), 'wholeline-verifier-'))
process.once('exit', () => rmSync(folder, { recursive: true }))

export const sha1 = (text) => createHash('sha1').update(text).digest('hex')
export const record = (writer, sequence, pad = 'ünï {"x":1}') => JSON.stringify({ writer, sequence, pad })
export const [a0, a1, a2, b0, b1] = [
  record('A', 0),
  record('A', 1),
  record('A', 2),
  record('B', 0),
  record('B', 1),
]

/** The range of the n-th appearance of a record in the data, its LF included. */
export function rangeOf(data, text, nth = 0) {
  let start = -1
  for (let i = 0; i <= nth; i++) start = Buffer.from(data).indexOf(text, start + 1)
  return { start, end: start + Buffer.byteLength(text) + 1 }
}

const idOf = (text) => `${JSON.parse(text).writer}:${JSON.parse(text).sequence}`
export const plain = (text) => ({ id: idOf(text), sha1: sha1(text) })
export const ranged = (data, text, nth) => ({ id: idOf(text), ...rangeOf(data, text, nth), sha1: sha1(text) })
export const logOf = (entries) =>
  entries.map((entry) => (typeof entry === 'string' ? entry : `${JSON.stringify(entry)}\n`)).join('')

/** Writes data and logs to files and verifies them. */
export function check(data, acks, failures = [], options = {}) {
  const [dataPath, ackPath, failurePath] = ['data.jsonl', 'acks.log', 'failures.log'].map((name) =>
    join(folder, name),
  )
  writeFileSync(dataPath, data)
  writeFileSync(ackPath, logOf(acks))
  writeFileSync(failurePath, logOf(failures))
  return verify({ data: dataPath, acks: [ackPath], failures: [failurePath], ...options })
}

export const kindsOf = (report) => report.violations.map(({ kind, id }) => `${kind} ${id}`)
