// npm run bench:instructions: how many instructions an append takes, and how many system calls, which no noise of
// the machine changes.
//
//   node bench/instructions.mjs [--update]
//
// Node runs under callgrind, with V8 on one thread and with fixed seeds, so that it compiles the same code at the
// same moment each time, and with room for all that is allocated, so that nothing is collected: a collection more or
// less, which hung on the length of the path that this stands in, was up to three in a hundred. Counted are `total` (Node, the compiled
// JavaScript, the addon, libc) and `addon` alone, since 5 % of the addon would be lost in the total. What the kernel
// does is not among them, so the calls of a thousand appends are counted by strace. The baseline
// holds for one architecture and one major version of Node; the counts of several stand in baseline.json.
// Exit code 1: more, or fewer, than the baseline by more than 5 %; 2: it could not be counted.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { instructionsByObject } from './instructions/callgrind-output.mjs'
import { compare, tolerance } from './instructions/compare.mjs'

const here = path.join(import.meta.dirname, 'instructions')
const baselineFile = path.join(here, 'baseline.json')
const key = `${process.arch}-node-${process.version.slice(1).split('.')[0]}`
const scenarios = ['appendSync', 'appendLineSync', 'write', 'writeLineChecked', 'writeLineBeyondAscii']
const times = 10_000
/** The last of a scenario is what counts, the others are its warm-up: see scenarios.cjs. */
const dumpsPerScenario = 6

/** MiB; all scenarios together take less than 40. */
const youngGeneration = 256
const v8Options = [
  '--predictable',
  '--single-threaded',
  '--hash-seed=1',
  '--random-seed=1',
  `--min-semi-space-size=${youngGeneration}`,
  `--max-semi-space-size=${youngGeneration}`,
]

function run(command, options, folder, count, warmUp) {
  const program = [process.execPath, ...v8Options, path.join(here, 'scenarios.cjs')]
  const parameters = [...options, ...program, folder, String(count), String(warmUp)]
  const { error, status, stderr } = spawnSync(command, parameters, { encoding: 'utf8' })
  if (error?.code === 'ENOENT') throw new Error(`${command} is not installed (.ci/install.sh)`)
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`)
}

function runUnderCallgrind(folder, output) {
  const file = `--callgrind-out-file=${output}`
  const options = ['--tool=callgrind', file, '--dump-before=fdatasync*', '--smc-check=all-non-file']
  run('valgrind', options, folder, times, 10_000)
}

/** How many system calls a thousand appends take; those that only manage memory are V8's own affair. */
function countSystemCalls(folder, output) {
  const own = 'trace=!mmap,munmap,mprotect,madvise,brk,futex'
  run('strace', ['-o', output, '-e', own, '-e', 'signal=none'], folder, 1000, 10)
  const parts = readFileSync(output, 'utf8').split(/^fdatasync\(.*\n/m)
  return scenarios.map((_, i) => parts[dumpsPerScenario * (i + 1) - 1].split('\n').length - 1)
}

function readCounts(output, systemCalls) {
  const perAppend = (sum) => Math.round(sum / times)
  return Object.fromEntries(
    scenarios.map((scenario, i) => {
      const objects = instructionsByObject(readFileSync(`${output}.${dumpsPerScenario * (i + 1)}`, 'utf8'))
      const total = [...objects.values()].reduce((sum, one) => sum + one, 0)
      const addon = [...objects].find(([name]) => name.endsWith('.node'))?.[1] ?? 0
      return [scenario, { total: perAppend(total), addon: perAppend(addon), calls: systemCalls[i] }]
    }),
  )
}

function count() {
  const folder = mkdtempSync(path.join(tmpdir(), 'wholeline-instructions-'))
  try {
    const output = path.join(folder, 'callgrind')
    const systemCalls = countSystemCalls(folder, path.join(folder, 'strace'))
    runUnderCallgrind(folder, output)
    return readCounts(output, systemCalls)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readBaselines() {
  try {
    return JSON.parse(readFileSync(baselineFile, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw error
  }
}

function rowText({ scenario, part, before, now, verdict }) {
  const percent = before ? ` (${now < before ? '' : '+'}${((now / before - 1) * 100).toFixed(1)} %)` : ''
  const against = before === null ? '' : `, baseline ${before}${percent}`
  const unit = part === 'calls' ? 'system calls in a thousand appends' : 'instructions an append'
  return `  ${scenario}, ${part}: ${now} ${unit}${against}: ${verdict}`
}

function main() {
  const [option, ...others] = process.argv.slice(2)
  if ((option !== undefined && option !== '--update') || others.length > 0) {
    throw new Error('usage: npm run bench:instructions [-- --update]')
  }
  const baselines = readBaselines()
  const counted = count()
  const { rows, wrong } = compare(baselines[key] ?? {}, counted)
  console.log(`${key}\n${rows.map(rowText).join('\n')}`)
  if (option === '--update') {
    writeFileSync(baselineFile, `${JSON.stringify({ ...baselines, [key]: counted }, null, 2)}\n`)
    console.log(`${path.relative(process.cwd(), baselineFile)} written`)
    return 0
  }
  if (wrong.length === 0) return 0
  const percent = tolerance * 100
  console.error(
    baselines[key] === undefined
      ? `There is no baseline for ${key}.`
      : `Not within ${percent} % of the baseline: ${wrong.map(({ scenario, part }) => `${scenario} ${part}`).join(', ')}.`,
  )
  console.error('If that is as it should be: npm run bench:instructions -- --update')
  return 1
}

try {
  process.exitCode = main()
} catch (error) {
  console.error(`bench:instructions: ${error.message}`)
  process.exitCode = 2
}
