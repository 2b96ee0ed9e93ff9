// npm run demo: four processes append one session to one file while the room in it runs out again and again,
// first with fs.appendFile, then with this package. Then the files are looked at.
//
//   node demo/demo.mjs [--records N] [--keep]
//
// Exit code 0: this package lost, doubled and damaged nothing; 1: it did; 2: the demo could not be run.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { appenders } from './appenders.mjs'
import { runCrew, writers } from './crew.mjs'
import { damagedExcerpt, resultTable, rollbackLines } from './report.mjs'
import { canLift } from './room.mjs'
import { makeSession, recordOf } from './session.mjs'
import { count, wrap } from './table.mjs'
import { verify } from './verify.mjs'

const usage = `usage: npm run demo -- [--records N] [--keep]
  --records N   records that each of the ${writers} processes appends (default 1000)
  --keep        leave the files, and say where they are`

function readArguments() {
  const { values } = parseArgs({
    options: {
      records: { type: 'string', default: '1000' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const records = Number(values.records)
  if (!Number.isInteger(records) || records < 1) throw new Error(`--records: not a number: ${values.records}`)
  return { ...values, records }
}

/** Progress goes to a terminal, and only there. */
function showProgress(name, total) {
  if (!process.stderr.isTTY) return () => {}
  return (done) => {
    process.stderr.write(`\r${name}: ${count(done)} of ${count(total)} records\u001b[K`)
    if (done === total) process.stderr.write('\r\u001b[K')
  }
}

function describe(session, lifting) {
  const sizes = session.map((record) => Buffer.byteLength(JSON.stringify(record)))
  const bytes = writers * sizes.reduce((sum, size) => sum + size, 0)
  const means = lifting ? 'prlimit lifts it and all go on' : 'all are started again under a higher one'
  return [
    `${writers} processes append one session to one file at once: ${count(writers * session.length)} records, ` +
      `${(bytes / 1e6).toFixed(1)} MB; a record has ${count(Math.min(...sizes))} bytes to ` +
      `${(Math.max(...sizes) / 1e3).toFixed(1)} KB.`,
    'The file may only grow to a limit (RLIMIT_FSIZE). One append is cut short there and the others fail, ' +
      `all with EFBIG. When every process has met the limit, ${means}. ` +
      'Whoever failed tries the same record again.',
    'First with fs.appendFile, one call a record. (It does try to write the rest after a short write; that ' +
      'is what fails.) Then with wholeline, Recorder.append. Both sides get the same session, the same ' +
      'limits and the same check of the file.',
  ].map(wrap)
}

async function runSide(kind, folder, session, lifting) {
  const { name } = appenders[kind]
  const file = path.join(folder, `${kind}.jsonl`)
  const total = writers * session.length
  const run = await runCrew({ kind, path: file, records: session.length, lifting }, showProgress(name, total))
  const records = run.acknowledged.map(({ writer, sequence, range }) => ({
    bytes: Buffer.from(JSON.stringify(recordOf(session, writer, sequence))),
    range,
  }))
  return { name, file, run, verdict: verify(readFileSync(file), records) }
}

function isFlawless({ verdict }, total) {
  const { acknowledged, whole, lost, duplicated, damaged, unknown, wrongRanges } = verdict
  const flaws = lost + duplicated + damaged.length + unknown + wrongRanges
  return flaws === 0 && acknowledged === total && whole === total
}

function conclusion(plain, whole, total) {
  const lines = []
  if (plain.verdict.lost + plain.verdict.damaged.length + plain.verdict.duplicated === 0) {
    lines.push(
      `fs.appendFile lost and damaged nothing this time: the room ran out ${count(plain.run.timesFull)} times,`,
      'and no append was torn. This run shows no difference.',
    )
  }
  if (isFlawless(whole, total)) {
    lines.push('wholeline: every acknowledged record is one whole line, once, at its range.')
  } else {
    lines.push('wholeline has FAILED: see its column. Please report it, with the files (--keep).')
    const [damage] = whole.verdict.damaged
    if (damage !== undefined) lines.push(`Its first damaged line is at byte ${damage.start}.`)
    if (whole.verdict.unknown > 0) lines.push(`${whole.verdict.unknown} whole lines nobody was told of.`)
  }
  return lines
}

/** It must not fail for good, whatever the limits do: then there is no table, but a failure to show. */
function showFailure({ message }) {
  console.log(`wholeline has FAILED: ${message}`)
  return 1
}

async function demo({ records, keep }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'wholeline-demo-'))
  const tidyUp = () => rmSync(folder, { recursive: true, force: true })
  const onSignal = (name, number) => {
    tidyUp()
    process.exit(128 + number)
  }
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    const session = makeSession(records)
    const lifting = canLift()
    const total = writers * records
    console.log(describe(session, lifting).join('\n\n') + '\n')
    const plain = await runSide('plain', folder, session, lifting)
    const whole = await runSide('wholeline', folder, session, lifting).catch((error) => ({ error }))
    if (whole.error !== undefined) return showFailure(whole.error)
    const blocks = [[resultTable([plain, whole])], damagedExcerpt(plain.verdict), rollbackLines(whole)]
    blocks.push(conclusion(plain, whole, total))
    if (keep) blocks.push(['The files:', `  ${plain.file}`, `  ${whole.file}`])
    const shown = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
    console.log(shown.join('\n\n'))
    return isFlawless(whole, total) ? 0 : 1
  } finally {
    if (!keep) tidyUp()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

try {
  const options = readArguments()
  if (options.help) console.log(usage)
  else process.exitCode = await demo(options)
} catch (error) {
  console.error(`demo: ${error.message}`)
  process.exitCode = 2
}
