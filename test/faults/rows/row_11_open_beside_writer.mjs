// row_11_open_beside_writer.mjs: two processes open, and would mend, a file that others are writing: plain
// appenders that keep it open or open it each time, in whole lines or in two halves, and one that writes
// records of 64 MB, whose append is seen half done. Nothing of theirs may be lost or cut.

import { writeFileSync } from 'node:fs'
import { judge } from '../support/judge.mjs'
import { onDisk } from '../support/on_disk.mjs'
import { startAppender, startForeignLoop, startWriter } from '../support/processes.mjs'
import { rounds } from '../support/rounds.mjs'
import { Tally } from '../support/tally.mjs'

export const number = 11
export const title = 'another process opens while one writes'
export const mustHold = 'O: 0 lost'
export const eachCommit = 5 * 5_000

const kinds = ['tmpfs', 'ext4', 'xfs', 'btrfs', 'overlay-ext4']
const ways = [
  { name: 'loop, keep', share: 0.33, loop: 'keep' },
  { name: 'loop, each', share: 0.33, loop: 'each' },
  { name: 'halves', share: 0.34, appender: { style: 'halves', open: 'each', size: '60..5000' } },
  { name: '64 MB', share: 0.1, appender: { style: 'whole', open: 'keep', size: '67108864' }, most: 60 },
]

function one(tally, kind, way, opens, seed) {
  const what = `${kind} ${way.name} seed ${seed}`
  return onDisk(kind, 12_000, async ({ data, log }) => {
    writeFileSync(data, '{"first":true}\n')
    const appender = way.appender
      ? startAppender(data, {
          writer: 'F',
          seconds: 600,
          count: way.most ? 100 : 1e9,
          acks: log('F'),
          seed,
          ...way.appender,
        })
      : await startForeignLoop(data, { open: way.loop, 'rest-us': '0..50' })
    const names = ['O0', 'O1']
    const openers = names.map((writer, i) =>
      startWriter('openers', {
        file: data,
        writer,
        opens: Math.ceil(opens / 2),
        sync: i === 0,
        seconds: 60,
        acks: log(`${writer}.acks`),
        failures: log(`${writer}.failures`),
      }),
    )
    for (const { ended } of openers) tally.absorb(await ended)
    let foreign
    if (way.loop) foreign = await appender.stop()
    else {
      appender.child.kill('SIGTERM')
      const { acknowledged } = await appender.ended
      foreign = { foreign: acknowledged, lost: 0 }
      tally.note(`foreign ${way.name}`, acknowledged)
    }
    tally.note('foreign', foreign.foreign)
    tally.expect(
      foreign.lost === 0,
      () => `${what}: ${foreign.lost} of ${foreign.foreign} foreign records lost`,
    )
    judge(tally, { data, ours: names.map((name) => log(`${name}.acks`)), foreign: [log('F')], what })
  })
}

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  for (const { round, count: all } of rounds({ count, eachCommit, seconds })) {
    for (const kind of kinds) {
      for (const way of ways) {
        const opens = Math.ceil((all / kinds.length) * way.share)
        await one(tally, kind, way, Math.min(opens, way.most ?? opens), seed + round * 100)
      }
      log(`${kind}: ${tally.tried} opens so far, ${tally.notes.foreign} foreign records`)
    }
  }
  for (const name of ['foreign', 'repair left', 'foreign 64 MB', 'foreign halves']) tally.need(name)
  return tally.result()
}
