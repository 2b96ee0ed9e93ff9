// follow_torture.mjs: a follower beside the torture of torture_full_disk.mjs, with rotations.
//
// 4 recorders with reopenOnMove, killed with -9 at random and started again, 2 plain appenders, a tmpfs that is
// filled and freed, and every second or so the file is renamed away. The follower is ended 50 times, in good order
// and by kill -9 in turn, and started again from its cursor. Afterwards every acknowledged record must have been
// delivered, in the order of its recorder, none twice but right after a kill; a group of appendAll that was written
// again after a short write may have been seen at a place where nothing of it is left. Use:
// node test/faults/shows/follow_torture.mjs [--seconds 300] [--seed 1] [--restarts 50]. Code 0: so it was.

import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeFileSystem } from '../lab/file_systems.mjs'
import { labProgram } from '../lab/programs.mjs'
import { judgeDeliveries, Places, readAcks, readDeliveries } from '../support/deliveries.mjs'
import { makeLogFolder, start, startWriter } from '../support/processes.mjs'
import { randomOf, within } from '../support/records.mjs'
import { startPlain, startSlots } from '../support/torture_writers.mjs'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    restarts: { type: 'string', default: '50' },
  },
})
const [seconds, seed, restarts] = [values.seconds, values.seed, values.restarts].map(Number)
const random = randomOf(seed)
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const killEachMs = 200
const rotateEachMs = [400, 2500]
const catchUpMostMs = 60_000

const disk = await makeFileSystem('tmpfs', { sizeMiB: 640 })
const logs = makeLogFolder()
const data = join(disk.path, 'torture.jsonl')
const deliveries = join(logs, 'deliveries')
const writers = { file: data, logs, seed }
const slots = startSlots({ ...writers, recorder: { reopenOnMove: true, moveCheckMs: 100 } })
const plain = startPlain(writers)
const filler = start(labProgram('filler'), [disk.path, '--seed', String(seed), '--period-ms', '10..150'])

/** The follower's runs, one after another. */
class FollowerRuns {
  run = 0
  damaged = 0
  cpuMs = 0
  /** Runs that ended by kill -9. @type {Set<number>} */
  killed = new Set()
  /** @type {Record<string, number>} */
  changes = {}

  start() {
    const options = { file: data, cursor: join(logs, 'cursor'), run: this.run, deliveries }
    this.process = startWriter('follower', options)
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    this.process.kill(signal)
    const { code, damaged = 0, cpuMs = 0, changes = {} } = await this.process.ended
    // A signal also ends one that has not got so far as to listen to it.
    if (code === null) this.killed.add(this.run)
    this.damaged += damaged
    this.cpuMs += cpuMs
    for (const [what, count] of Object.entries(changes))
      this.changes[what] = (this.changes[what] ?? 0) + Number(count)
  }

  async restart() {
    await this.end(this.run % 2 === 0 ? 'SIGTERM' : 'SIGKILL')
    this.run++
    this.start()
  }
}

const follower = new FollowerRuns()
follower.start()
// Files that were rotated away before it began are none of its business.
while (!existsSync(join(logs, 'cursor'))) await rest(10)
/** @type {string[]} */
const crashes = []
const attempt = (promise) => promise.catch((error) => crashes.push(error.message))

const until = performance.now() + seconds * 1000
let [kills, rotations] = [0, 0]

async function killRecorders() {
  while (performance.now() < until) {
    await rest(killEachMs)
    const slot = slots[within(random, 0, slots.length - 1)]
    await attempt(slot.kill('SIGKILL'))
    kills++
    slot.start()
  }
}

async function rotate() {
  while (performance.now() < until) {
    await rest(within(random, rotateEachMs[0], rotateEachMs[1]))
    // Somebody makes it anew when he writes next.
    if (existsSync(data)) renameSync(data, `${data}.${++rotations}`)
  }
}

async function restartFollower() {
  for (let i = 1; i <= restarts && performance.now() < until; i++) {
    await rest(Math.min((seconds * 1000) / (restarts + 1), until - performance.now()))
    await attempt(follower.restart())
  }
}

await Promise.all([killRecorders(), rotate(), restartFollower()])
filler.child.kill('SIGTERM')
const { fills, frees } = await filler.ended
for (const slot of slots) await attempt(slot.kill('SIGTERM'))
for (const { child } of plain) child.kill('SIGTERM')
for (const { ended } of plain) await ended

const acks = readAcks(slots.map((slot) => slot.acks))
const plainAcks = readAcks(plain.map((one) => one.acks))
const judge = (places = null) => judgeDeliveries(acks, readDeliveries(deliveries), follower.killed, places)
const waited = performance.now()
while (judge().counts.missing > 0 && performance.now() - waited < catchUpMostMs) await rest(500)
// What must not come would come now.
await rest(2000)
await attempt(follower.end('SIGTERM'))

const generations = Array.from({ length: rotations }, (_, i) => `${data}.${i + 1}`)
const places = new Places([data, ...generations].filter((path) => existsSync(path)))
const { counts, violations, seen } = judge(places)
const rows = [
  ['seconds', seconds],
  ['kills of a recorder', kills],
  ['rotations', rotations],
  ['disk filled / freed', `${fills} / ${frees}`],
  ['restarts of the follower, of them by kill -9', `${follower.run} / ${follower.killed.size}`],
  ['recorders: acknowledged records', acks.size],
  ['  of them delivered', counts.acknowledged],
  ['  never delivered', counts.missing],
  ['records delivered, those of the killed and of plain appenders too', counts.delivered],
  ['delivered again, same range, after a kill -9 of the follower', counts.againAfterKill],
  ['delivered again, same range, after it ended in good order', counts.againAfterEnd],
  ['groups: records seen before they were taken back, and where they were acknowledged', counts.takenBack],
  ['never acknowledged, in two places', counts.elsewhere],
  [
    'plain: acknowledged / of them delivered',
    `${plainAcks.size} / ${[...plainAcks.keys()].filter((id) => seen.has(id)).length}`,
  ],
  ['damaged lines told (by runs that ended in good order)', follower.damaged],
  ['changes told (by the same)', JSON.stringify(follower.changes)],
  ['VIOLATIONS', violations.length + crashes.length],
]
for (const [name, value] of rows) console.log(`${name.padEnd(84)}${value}`)
for (const text of [...violations, ...crashes].slice(0, 30)) console.log(`VIOLATION ${text}`)
const tested = kills > 0 && rotations > 0 && fills > 0 && follower.run > 0 && acks.size > 0
if (!tested) console.log('VIOLATION nothing tested')
disk.dispose()
process.exit(tested && violations.length + crashes.length + counts.againAfterEnd === 0 ? 0 : 1)
