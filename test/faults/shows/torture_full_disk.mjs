// torture_full_disk.mjs: 4 recorders and 2 plain appenders on one file, a disk that fills up, and kill -9.
//
// The file lies in a tmpfs that lab/filler fills and frees at random; every 200 ms a random recorder process is
// killed with -9 and started again. Afterwards the verifier, which shares no code with the package, looks for
// every acknowledged record. Use: node test/faults/shows/torture_full_disk.mjs [--seconds 300] [--seed 1]
// Code 0: nothing lost, damaged or changed.

import { cpSync, existsSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { verify } from '../../verifier/verify.mjs'
import { makeFileSystem } from '../lab/file_systems.mjs'
import { labProgram } from '../lab/programs.mjs'
import { makeLogFolder, start } from '../support/processes.mjs'
import { randomOf, within } from '../support/records.mjs'
import { startPlain, startSlots } from '../support/torture_writers.mjs'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
const random = randomOf(seed)
const killEachMs = 200

const disk = await makeFileSystem('tmpfs', { sizeMiB: 640 })
const folder = makeLogFolder()
const data = join(disk.path, 'torture.jsonl')

const writers = { file: data, logs: folder, seed }
const slots = startSlots(writers)
const plain = startPlain(writers)
const filler = start(labProgram('filler'), [disk.path, '--seed', String(seed), '--period-ms', '10..150'])

let kills = 0
/** @type {string[]} */
const crashes = []
const until = performance.now() + seconds * 1000
while (performance.now() < until) {
  await new Promise((resolve) => setTimeout(resolve, killEachMs))
  const slot = slots[within(random, 0, slots.length - 1)]
  await slot.kill('SIGKILL').catch((error) => crashes.push(error.message))
  kills++
  slot.start()
  if (kills % 50 === 0) process.stderr.write(`${kills} kills, ${(statSync(data).size / 1e6).toFixed(0)} MB\n`)
}

filler.child.kill('SIGTERM')
const { fills: filled, frees: freed } = await filler.ended
const ends = []
for (const slot of slots) {
  // (One that has only just been started ends by the signal, before it could write.)
  ends.push(await slot.kill('SIGTERM'))
}
for (const { child } of plain) child.kill('SIGTERM')
const plainCounts = []
for (const { ended } of plain) plainCounts.push(await ended)

const ours = slots.map(({ acks }) => acks)
const report = verify({
  data,
  acks: [...ours, ...plain.map(({ acks }) => acks)],
  failures: slots.map(({ failures }) => failures).filter(existsSync),
})
// Acks by flush have no range; looked at alone, each must be alone on its line.
const own = verify({ data, acks: ours })
const sum = (name) => plainCounts.reduce((total, counts) => total + counts[name], 0)
const rows = [
  ['seconds', seconds],
  ['kills of a recorder', kills],
  ['disk filled / freed', `${filled} / ${freed}`],
  ['recorders: acknowledged with a range', report.ranged],
  ['  of them at their range, alone on their line, once', report.records],
  ['recorders: acknowledged by a flush', own.plain],
  ['  of them alone on their line, once', own.whole],
  ['recorders: reported as failed (none of them there)', report.failed],
  ['recorders: reported as pending / indeterminate', `${report.pending} / ${report.indeterminate}`],
  ['recorders: lines of killed ones that nobody acknowledged', report.unacknowledged],
  ['plain: calls that failed', sum('failed')],
  ['plain: calls that returned without error', sum('acknowledged')],
  ['  of them alone on their line', report.whole - own.whole],
  ['  behind a torn line or fragment, bytes untouched', report.glued - own.glued],
  ['  in several writes, others in between, bytes untouched', report.split],
  ['damaged lines (torn by kills and by the plain appenders)', report.damaged],
  ['lines blanked', report.erased],
  ['VIOLATIONS', report.violationCount + own.glued + crashes.length],
]
for (const [name, value] of rows) console.log(`${name.padEnd(60)}${value}`)
for (const { kind, id, text } of report.violations.slice(0, 30))
  console.log(`VIOLATION ${kind} ${id}: ${text}`)
for (const text of crashes.slice(0, 5)) console.log(`VIOLATION a recorder ended by itself: ${text}`)
for (const { code, signal, notes } of ends)
  if (code !== 0 && signal !== 'SIGTERM')
    console.log(`a recorder ended with ${code}: ${JSON.stringify(notes)}`)
if (report.violationCount + own.glued > 0) {
  const kept = mkdtempSync(join(tmpdir(), 'torture-kept-'))
  cpSync(data, join(kept, 'torture.jsonl'))
  cpSync(folder, join(kept, 'logs'), { recursive: true })
  console.log(`the file and the logs are kept in ${kept}`)
}
if (kills === 0 || !(filled > 0) || report.ranged === 0) console.log('VIOLATION nothing tested')
disk.dispose()
process.exit(report.violationCount + own.glued + crashes.length === 0 && filled > 0 && kills > 0 ? 0 : 1)
