// syscalls.mjs: how many system calls an append makes: strace -c of 10,000 appendSync of a lone recorder.
//
// A second run without appends tells what Node itself does, and is taken off, call by call. Use:
// node test/faults/shows/syscalls.mjs [--appends 10000]. Code 0: 2 an append (write, lseek).

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { run } from '../lab/programs.mjs'

const { values } = parseArgs({ options: { appends: { type: 'string', default: '10000' } } })
const appends = Number(values.appends)
const dist = join(dirname(fileURLToPath(import.meta.url)), '../../../dist/index.js')
const folder = mkdtempSync(join(tmpdir(), 'wholeline-syscalls-'))

/** @returns {Map<string, number>} calls of the main thread, by name */
function countCalls(times) {
  const summary = join(folder, `summary-${times}`)
  const program = `const { Recorder } = require(${JSON.stringify(dist)})
    const recorder = Recorder.openSync(${JSON.stringify(join(folder, `${times}.jsonl`))})
    for (let i = 0; i < ${times}; i++) recorder.appendSync({ i, text: 'an event of an agent' })
    recorder.closeSync()`
  // Only this thread: what the collector's threads do with futexes is not the append's.
  run('strace', '-c', '-o', summary, process.execPath, '--single-threaded', '-e', program)
  const calls = new Map()
  for (const line of readFileSync(summary, 'utf8').split('\n')) {
    const cells = line.trim().split(/\s+/)
    if (/^[\d.]+$/.test(cells[0]) && cells.length >= 5 && cells.at(-1) !== 'total')
      calls.set(cells.at(-1), Number(cells[3]))
  }
  return calls
}

const without = countCalls(0)
const withAppends = countCalls(appends)
let total = 0
for (const [name, count] of [...withAppends].sort((a, b) => b[1] - a[1])) {
  const more = count - (without.get(name) ?? 0)
  if (more <= 0) continue
  total += more
  console.log(
    `${name.padEnd(20)} ${String(count).padStart(8)}  without appends ${String(without.get(name) ?? 0).padStart(6)}  an append ${(more / appends).toFixed(4)}`,
  )
}
const [write, lseek] = ['write', 'lseek'].map(
  (name) => (withAppends.get(name) ?? 0) - (without.get(name) ?? 0),
)
console.log(
  `write and lseek: ${((write + lseek) / appends).toFixed(4)} an append; all calls: ${(total / appends).toFixed(4)}`,
)
rmSync(folder, { recursive: true, force: true })
process.exit(Math.round((write + lseek) / appends) === 2 && total / appends < 2.05 ? 0 : 1)
