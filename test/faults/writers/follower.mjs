// follower.mjs: a program that follows a file from a cursor and writes down what it was given.
//
// Use: node follower.mjs '{"file","cursor","run","deliveries"}'. Contract: a delivery is written down before the
// next record is asked for. SIGTERM ends it in good order; then it prints counts.

import { openSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { sha1 } from '../support/records.mjs'

const { followRecords } = createRequire(import.meta.url)('../../../dist/index.js')

const { file, cursor, run, deliveries } = JSON.parse(process.argv[2])
const log = openSync(deliveries, 'a')
const changes = {}
let damaged = 0
let delivered = 0
const stop = new globalThis.AbortController()
process.once('SIGTERM', () => stop.abort())

const records = followRecords(file, {
  cursor,
  signal: stop.signal,
  onDamage: () => {
    damaged++
    return 'salvage'
  },
  onChange: ({ what }) => (changes[what] = (changes[what] ?? 0) + 1),
})
for await (const { value, start, end, file: identity } of records) {
  const { writer, sequence } = value
  const hash = sha1(JSON.stringify(value))
  writeSync(log, `${JSON.stringify({ run, writer, sequence, file: identity, start, end, hash })}\n`)
  delivered++
}
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ delivered, damaged, changes, cpuMs: Math.round((user + system) / 1000) }))
