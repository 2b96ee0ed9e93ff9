// torture.mjs: runs the rows of the fault matrix and prints the table of counts.
//
// Use: node test/faults/torture.mjs [--each-commit] [--row N]... [--hours H] [--minutes M] [--seed S] [--count C]
// --each-commit: the counts of that column. Otherwise the time (half an hour by default) is split over
// the rows. Code 0: nothing violated. 1: violations. 2: could not do it (no root, a tool is missing): a fault
// that cannot be made is never skipped. Notes go to standard error while it runs.

import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { labProgram, requireRoot } from './lab/programs.mjs'

/** Violations of a row that are printed; all that were kept are in the file of --json. */
const shownMost = 30
const here = dirname(fileURLToPath(import.meta.url))

async function loadRows(wanted) {
  const names = readdirSync(join(here, 'rows')).filter((name) => /^row_\d+_.*\.mjs$/.test(name))
  const rows = await Promise.all(names.sort().map((name) => import(join(here, 'rows', name))))
  const chosen = wanted.length === 0 ? rows : rows.filter(({ number }) => wanted.includes(number))
  if (chosen.length === 0) throw new Error(`no such row: ${wanted.join(', ')}`)
  return chosen
}

function describe(notes) {
  return Object.entries(notes)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

function line({ number, title, wanted, tried, acknowledged, violationCount, notes, seconds, seed }) {
  const share = wanted !== undefined && tried < wanted ? ` of ${wanted}` : ''
  const cells = [
    number,
    title,
    `${tried}${share}`,
    acknowledged,
    violationCount,
    seconds.toFixed(1),
    seed,
    describe(notes),
  ]
  return `| ${cells.join(' | ')} |`
}

async function runRow(row, { seconds, count, seed, eachCommit }) {
  const started = performance.now()
  const log = (text) => process.stderr.write(`row ${row.number}: ${text}\n`)
  const bounds = eachCommit
    ? { count: count ?? row.fits ?? row.eachCommit }
    : { seconds, ...(count && { count }) }
  let result
  try {
    result = await row.run({ ...bounds, seed, log })
  } catch (error) {
    if (error.name === 'LabError') throw error
    log(error.stack)
    result = { tried: 0, acknowledged: 0, violations: [String(error.message)], violationCount: 1, notes: {} }
  }
  const { number, title } = row
  const wanted = eachCommit ? row.eachCommit : undefined
  return { number, title, wanted, ...result, seconds: (performance.now() - started) / 1000, seed }
}

async function main() {
  const { values } = parseArgs({
    options: {
      row: { type: 'string', multiple: true, default: [] },
      hours: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string', default: '1' },
      count: { type: 'string' },
      json: { type: 'string' },
      'each-commit': { type: 'boolean', default: false },
    },
  })
  requireRoot()
  execFileSync(process.execPath, [join(here, '../../scripts/prepare.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  labProgram('appender')
  const asked = values.row.flatMap((text) => text.split(',')).map(Number)
  const found = await loadRows(asked)
  const elsewhere = found.filter(({ ownStep }) => ownStep && values['each-commit'] && asked.length === 0)
  const rows = found.filter((row) => !elsewhere.includes(row))
  const all = values.hours ? Number(values.hours) * 3600 : Number(values.minutes ?? 30) * 60
  const options = {
    seconds: all / rows.length,
    seed: Number(values.seed),
    eachCommit: values['each-commit'],
    ...(values.count && { count: Number(values.count) }),
  }
  console.log(
    `kernel ${release()}, Node ${process.version}, ${options.eachCommit ? 'counts of each commit' : `${all} s in all`}`,
  )
  console.log(
    '| row | fault | tried | acknowledged | violations | s | seed | notes |\n| --- | --- | --- | --- | --- | --- | --- | --- |',
  )
  for (const { number, ownStep } of elsewhere)
    process.stderr.write(`row ${number}: not here but by ${ownStep}\n`)
  const results = []
  for (const row of rows) {
    const result = await runRow(row, options)
    results.push(result)
    console.log(line(result))
  }
  if (values.json) writeFileSync(values.json, JSON.stringify(results, null, 1))
  for (const { number, violations } of results)
    for (const text of violations.slice(0, shownMost)) console.log(`VIOLATION row ${number}: ${text}`)
  const count = results.reduce((sum, { violationCount }) => sum + violationCount, 0)
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0)
  console.log(`${results.length} rows, ${count} violations, ${seconds.toFixed(0)} s`)
  process.exit(count === 0 ? 0 : 1)
}

try {
  await main()
} catch (error) {
  console.error(`torture.mjs: ${error.name === 'LabError' ? error.message : error.stack}`)
  process.exit(2)
}
