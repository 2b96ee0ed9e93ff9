// npm run bench: all works, or some; prints tables and marks, and writes the result as JSON.
//
//   node bench/run.mjs [--short | --smoke] [--work A,B] [--out FILE] [--dir FOLDER] [--no-peers]
//                      [--memory-records N]
//
// All of it, in the full form, goes to bench/results and from there to docs/benchmarks.md; a part or a short form
// only where --out says. Exit code 1: a record was lost or damaged by wholeline or by the bare programs, or one of
// them failed; what others lose is shown, and no error.

import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { candidates } from './candidates/index.mjs'
import { isFlawless, sumOf } from './lib/check-records.mjs'
import { describeMachine } from './lib/machine.mjs'
import { judgeAll } from './lib/judge.mjs'
import { plans } from './lib/plans.mjs'
import { transcriptFolder } from './lib/records.mjs'
import { caseText, markText } from './lib/report.mjs'
import { runRound } from './lib/run-round.mjs'
import { letters, loadWork } from './works/index.mjs'

const usage = `usage: npm run bench -- [options]
  --short              fewer and shorter rounds
  --smoke              as short as can be, without the other packages
  --work A,B           only these works (${letters.join(', ')})
  --out FILE           write the result there
  --dir FOLDER         measure there: which disk is measured (default: the system's temporary folder)
  --no-peers           without the other packages
  --memory-records N   how many records work I records (default 50,000,000)

WHOLELINE_TRANSCRIPTS may name a folder with JSON Lines files whose records are used as transcripts; otherwise
they are made up.`

const leastMemoryRecords = 100_000

function readRecords(text) {
  const records = Number(text)
  if (Number.isSafeInteger(records) && records >= leastMemoryRecords) return records
  throw new Error(`--memory-records: a whole number of at least ${leastMemoryRecords} expected, not ${text}`)
}

/** Before anything is measured: minutes later is too late to learn of a slip. */
function readWorks(text) {
  const works = text
    .toUpperCase()
    .split(',')
    .map((letter) => letter.trim())
  for (const letter of works) {
    if (!letters.includes(letter)) throw new Error(`--work: no such work: ${letter} (${letters.join(', ')})`)
  }
  if (new Set(works).size < works.length) throw new Error('--work: each work once')
  return works
}

function isFolder(name) {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true
}

function checkOut(file) {
  if (isFolder(file)) throw new Error(`--out: ${file} is a folder`)
  if (!isFolder(path.dirname(path.resolve(file))))
    throw new Error(`--out: no such folder: ${path.dirname(file)}`)
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      work: { type: 'string', default: letters.join(',') },
      out: { type: 'string' },
      dir: { type: 'string', default: tmpdir() },
      'no-peers': { type: 'boolean', default: false },
      'memory-records': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.smoke && values.short) throw new Error('--smoke or --short, not both')
  const name = values.smoke ? 'smoke' : values.short ? 'short' : 'full'
  const plan = { ...plans[name] }
  if (values['no-peers']) plan.peers = false
  const records = values['memory-records']
  if (records !== undefined) plan.memoryRecords = readRecords(records)
  if (!isFolder(values.dir)) throw new Error(`--dir: no such folder: ${values.dir}`)
  if (values.out !== undefined) checkOut(values.out)
  return { ...values, name, plan, works: readWorks(values.work) }
}

/** Progress goes to a terminal, and only there. */
function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`)
}

/** What the candidate is called in a case that uses another part of it than its name says. */
function emptyResult(candidate, labels = {}) {
  const { label, kind } = candidates[candidate]
  return { candidate, label: labels[candidate] ?? label, kind, count: 0, rounds: {}, verdict: null }
}

/** A case as it will be shown; where one measurement speaks of several, `parts` are their names. */
function emptyParts({ name, parts = [name], parameters, rounds, candidates: ids, labels }) {
  return parts.map((part) => ({
    name: part,
    parameters,
    rounds,
    results: ids.map((id) => emptyResult(id, labels)),
  }))
}

/** A measurement made in turns gives a value for each turn. */
function add(result, { metrics, count, verdict, samples, failure, skipped }) {
  if (failure !== undefined) result.failure = failure
  if (skipped !== undefined) result.skipped = skipped
  if (failure !== undefined || skipped !== undefined) return
  result.count += count
  for (const [name, values] of Object.entries(metrics)) (result.rounds[name] ??= []).push(...[values].flat())
  if (samples !== undefined) result.samples = samples
  result.verdict = sumOf([result.verdict, verdict].filter((one) => one !== null))
}

/** Those of a case that can still be measured. */
function left({ candidates: ids, parts: [{ results }] }) {
  return ids.filter((_, i) => results[i].failure === undefined && results[i].skipped === undefined)
}

function addRound({ candidates: ids, parts }, candidate, measured) {
  const i = ids.indexOf(candidate)
  parts.forEach(({ results }, k) => add(results[i], measured.parts?.[k] ?? measured))
}

/** Candidates and cases in turns, A B C A B C, so that what disturbs the machine disturbs all of them. */
async function runWork(letter, { plan, dir }) {
  const started = performance.now()
  const work = await loadWork(letter)
  const wanted = (candidate) => plan.peers || candidates[candidate].kind !== 'peer'
  const cases = work
    .cases(plan)
    .map((one) => ({ ...one, candidates: one.candidates.filter(wanted) }))
    .map((one) => ({ ...one, parts: emptyParts(one) }))
  const rounds = Math.max(...cases.map((one) => one.rounds))
  for (let round = 0; round < rounds; round++) {
    for (const one of cases) {
      if (round >= one.rounds) continue
      const { name, parameters, milliseconds, turns } = one
      const ids = left(one)
      const atOnce = turns === undefined ? plan.together : ids.length
      for (let i = 0; i < ids.length; i += atOnce) {
        const now = ids.slice(i, i + atOnce)
        showProgress(`${letter}, ${name}, round ${round + 1} of ${one.rounds}: ${candidates[now[0]].label}`)
        const specs = now.map((candidate) => ({ work: letter, candidate, parameters, milliseconds, turns }))
        const measured = await runRound(work, specs, dir, plan.together)
        now.forEach((candidate, k) => addRound(one, candidate, measured[k]))
      }
    }
  }
  showProgress('')
  const { id, title, about, metrics, charts } = work
  const seconds = Math.round((performance.now() - started) / 1000)
  return { id, title, about, seconds, metrics, charts, cases: cases.flatMap((one) => one.parts) }
}

/** What makes the run fail: our own mistakes, never another's. */
function isOurFault({ kind, failure, verdict }) {
  if (kind !== 'ours' && kind !== 'limit') return false
  return failure !== undefined || (verdict !== null && !isFlawless(verdict))
}

function write(file, result) {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result)}\n`)
}

function resultsFile({ date, machine }) {
  const major = machine.node.split('.')[0]
  const name = `${date.slice(0, 10)}-${process.platform}-${machine.architecture}-node-${major}.json`
  return path.join(import.meta.dirname, 'results', name)
}

async function publish(result) {
  const file = resultsFile(result)
  write(file, result)
  console.log(`${path.relative(process.cwd(), file)} written`)
  const { writePage } = await import('./page/write-page.mjs')
  writePage(result)
}

/** The result so far; it is whole when all works are in it. */
function resultOf(started, options, machine, works) {
  const seconds = Math.round((performance.now() - started) / 1000)
  const date = new Date().toISOString()
  const transcripts = transcriptFolder === null ? 'made up' : 'real sessions'
  return { date, plan: options.name, seconds, machine, transcripts, works, marks: judgeAll(works) }
}

async function bench(options) {
  const started = performance.now()
  const machine = describeMachine(options.dir)
  const works = []
  for (const letter of options.works) {
    const work = await runWork(letter, options)
    works.push(work)
    console.log(`${work.cases.map((one) => caseText(work, one)).join('\n\n')}\n\n  ${work.seconds} s\n`)
    // Minutes of measuring are not lost with a later work.
    if (options.out !== undefined) write(options.out, resultOf(started, options, machine, works))
  }
  const result = resultOf(started, options, machine, works)
  const whole = options.name === 'full' && works.length === letters.length && options.plan.peers
  const judged = result.marks.filter(({ met }) => whole || met !== null)
  if (options.name === 'smoke')
    console.log('So short, these times mean nothing: what counts is whether all is there.')
  else console.log(`Marks\n${judged.map(markText).join('\n')}\n`)
  console.log(`${result.seconds} s`)
  if (whole && options.out === undefined) await publish(result)
  const faults = works.flatMap((work) => work.cases.flatMap((one) => one.results.filter(isOurFault)))
  for (const { label, failure } of faults)
    console.error(`bench: ${label}: ${failure ?? 'records lost or damaged'}`)
  return faults.length === 0 ? 0 : 1
}

try {
  const options = readArguments()
  if (options.help) console.log(usage)
  else {
    // Not before: who asks for help does not wait for other packages to be compiled.
    await import(options.plan.peers ? './ensure-installed.mjs' : '../scripts/ensure-built.mjs')
    process.exitCode = await bench(options)
  }
} catch (error) {
  console.error(`bench: ${error.message}\n\n${usage}`)
  process.exitCode = 2
}
