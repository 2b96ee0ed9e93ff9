// speed.mjs: how fast `wholeline check` reads a large file, beside `jq -c .` and a C program that only counts
// LFs. They run in turns over one file in the page cache; medians of the times, and the memory of each.
//
//   npm run check:speed [-- --megabytes 4000 --rounds 3 --folder /tmp] [FILE.jsonl…]
//
// The file repeats the records of the FILEs, or made ones without any. Exit code 0: at least ten times as fast
// as jq.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { clearInterval, setInterval } from 'node:timers'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const here = path.dirname(fileURLToPath(import.meta.url))
const wholeline = path.join(here, '..', '..', 'dist', 'cli', 'main.js')
const leastRatio = 10

const { values, positionals } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '3' },
    folder: { type: 'string', default: '/tmp' },
  },
  allowPositionals: true,
})

/** Records as an agent's session has them: most of the bytes in a few long texts with escapes. */
function makeRecords() {
  const words = 'the quick brown fox said "no" to naïve 中文 and went on\n\tto the next line of code; '
  const lines = Array.from({ length: 1000 }, (_, i) => {
    const message = { role: i % 2 ? 'user' : 'assistant', content: words.repeat(1 + ((i * 7) % 40)) }
    const usage = { input_tokens: i * 31, output_tokens: i * 17, cost: i / 1000 }
    return JSON.stringify({ id: i, at: new Date(1.7e12 + i * 1000), parent: i || null, message, usage })
  })
  return Buffer.from(`${lines.join('\n')}\n`)
}

/** Whole copies of the records, up to so many bytes. */
function makeFile(file, bytes) {
  const records =
    positionals.length === 0 ? makeRecords() : Buffer.concat(positionals.map((name) => readFileSync(name)))
  const fd = openSync(file, 'w')
  for (let written = 0; written + records.length <= bytes;) written += writeSync(fd, records)
  closeSync(fd)
}

/** The most memory that the process had so far, in KB; 0: it is over. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Seconds, and peak memory in MB as the last look before the end saw it. */
async function measure([command, ...words]) {
  const started = performance.now()
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'] })
  let peak = 0
  const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 20)
  const [code] = await once(child, 'close')
  clearInterval(timer)
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, megabytes: peak / 1024 }
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

function report(name, runs, size) {
  const seconds = median(runs.map((run) => run.seconds))
  const memory = Math.max(...runs.map((run) => run.megabytes))
  const rate = (size / seconds / 1e6).toFixed(0)
  console.log(
    `${name.padEnd(16)} ${seconds.toFixed(2).padStart(8)} s  ${rate.padStart(6)} MB/s  peak ${memory.toFixed(0)} MB`,
  )
  return seconds
}

async function main(folder) {
  const file = path.join(folder, 'large.jsonl')
  const counter = path.join(folder, 'count_lfs')
  execFileSync('cc', ['-O2', '-o', counter, path.join(here, 'count_lfs.c')])
  makeFile(file, Number(values.megabytes) * 1e6)
  const { size } = statSync(file)
  const commands = {
    'wholeline check': [process.execPath, wholeline, 'check', file],
    'jq -c .': ['jq', '-c', '.', file],
    'LF counter in C': [counter, file],
  }
  const runs = Object.fromEntries(Object.keys(commands).map((name) => [name, []]))
  await measure(commands['LF counter in C']) // into the page cache
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, command] of Object.entries(commands)) runs[name].push(await measure(command))
  console.log(
    `${(size / 1e9).toFixed(2)} GB, ${availableParallelism()} cores, medians of ${values.rounds} runs in turns`,
  )
  const [check, jq, lfs] = Object.entries(runs).map(([name, all]) => report(name, all, size))
  console.log(`jq / check: ${(jq / check).toFixed(1)}   check / LF counter: ${(check / lfs).toFixed(2)}`)
  return jq / check >= leastRatio
}

const folder = mkdtempSync(path.join(values.folder, 'wholeline-speed-'))
try {
  process.exitCode = (await main(folder)) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}
