// npm run bench:instructions: how many instructions an append takes, which no noise of the machine changes.
//
//   node bench/instructions.mjs [--update]
//
// Node runs under callgrind, with V8 on one thread and with fixed seeds, so that it compiles the same code at the
// same moment each time: two runs differ by less than one in a hundred. Counted are `total` (Node, the compiled
// JavaScript, the addon, libc) and `addon` alone, since 5 % of the addon would be lost in the total. The baseline
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
const scenarios = ['appendSync', 'appendLineSync', 'write']
const times = 10_000
/** The last of a scenario is what counts, the others are its warm-up: see scenarios.cjs. */
const dumpsPerScenario = 6

const v8Options = ['--predictable', '--single-threaded', '--hash-seed=1', '--random-seed=1']

function runUnderCallgrind(folder, output) {
  const { error, status, stderr } = spawnSync(
    'valgrind',
    [
      '--tool=callgrind',
      `--callgrind-out-file=${output}`,
      '--dump-before=fdatasync*',
      '--smc-check=all-non-file',
      process.execPath,
      ...v8Options,
      path.join(here, 'scenarios.cjs'),
      folder,
      String(times),
    ],
    { encoding: 'utf8' },
  )
  if (error?.code === 'ENOENT') throw new Error('valgrind is not installed (.ci/install.sh)')
  if (status !== 0) throw new Error(`valgrind: ${error?.message ?? stderr}`)
}

function readCounts(output) {
  const perAppend = (sum) => Math.round(sum / times)
  return Object.fromEntries(
    scenarios.map((scenario, i) => {
      const objects = instructionsByObject(readFileSync(`${output}.${dumpsPerScenario * (i + 1)}`, 'utf8'))
      const total = [...objects.values()].reduce((sum, one) => sum + one, 0)
      const addon = [...objects].find(([name]) => name.endsWith('.node'))?.[1] ?? 0
      return [scenario, { total: perAppend(total), addon: perAppend(addon) }]
    }),
  )
}

function count() {
  const folder = mkdtempSync(path.join(tmpdir(), 'wholeline-instructions-'))
  try {
    const output = path.join(folder, 'callgrind')
    runUnderCallgrind(folder, output)
    return readCounts(output)
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
  const percent = before === null ? '' : ((now / before - 1) * 100).toFixed(1)
  const against = before === null ? '' : `, baseline ${before} (${now < before ? '' : '+'}${percent} %)`
  return `  ${scenario}, ${part}: ${now} instructions an append${against}: ${verdict}`
}

function main() {
  const baselines = readBaselines()
  const counted = count()
  const { rows, wrong } = compare(baselines[key] ?? {}, counted)
  console.log(`${key}\n${rows.map(rowText).join('\n')}`)
  if (process.argv.includes('--update')) {
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
