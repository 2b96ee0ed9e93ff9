// open_cost.mjs: opening a 20 GB sparse file with a torn tail, and a 20 KB one: the same cost.
//
// Each open finds a torn tail, quarantines it and cuts it off; it is torn again before the next. Medians of
// many opens, taken in turns. Use: node test/faults/shows/open_cost.mjs [--opens 300]. Code 0: ratio below 2.

import {
  appendFileSync,
  closeSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeLogFolder } from '../support/processes.mjs'
import { makeRecord } from '../support/records.mjs'

const { Recorder } = createRequire(import.meta.url)('../../../dist/index.js')
const { values } = parseArgs({ options: { opens: { type: 'string', default: '300' } } })
const opens = Number(values.opens)
const folder = makeLogFolder()
const lines = (count) => Array.from({ length: count }, (_, i) => `${makeRecord('R', i, 200)}\n`).join('')
const torn = makeRecord('R', 1, 300).slice(0, 200)

/** A first record, a hole, and records at the end. @param {string} name @param {number} size */
function makeFile(name, size) {
  const path = join(folder, name)
  const tail = `\n${lines(Math.min(1000, Math.floor(size / 201) - 3))}`
  writeFileSync(path, lines(1))
  truncateSync(path, size)
  const fd = openSync(path, 'r+')
  writeSync(fd, tail, size - tail.length)
  closeSync(fd)
  return { path, end: size, times: [] }
}

function openOnce(file) {
  appendFileSync(file.path, torn)
  const started = performance.now()
  const recorder = Recorder.openSync(file.path)
  file.times.push(performance.now() - started)
  if (recorder.repair?.action !== 'quarantined' || recorder.repair.range.end !== file.end + torn.length)
    throw new Error(`not mended: ${JSON.stringify(recorder.repair)}`)
  recorder.closeSync()
  if (statSync(file.path).size !== file.end) throw new Error('the torn tail is still there')
  rmSync(`${file.path}.torn`)
}

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1]
const files = [makeFile('small.jsonl', 20 * 1024), makeFile('large.jsonl', 20 * 1024 ** 3)]
for (let i = 0; i < opens; i++) for (const file of i % 2 ? files : files.toReversed()) openOnce(file)
const [small, large] = files.map(({ times }) => median(times))
console.log(
  `20 KB: ${(small * 1000).toFixed(0)} µs, 20 GB (sparse): ${(large * 1000).toFixed(0)} µs, medians of ${opens} opens that mend a torn tail; ratio ${(large / small).toFixed(2)}`,
)
process.exit(large / small < 2 ? 0 : 1)
