// row_12_many_writers.mjs: 2 to 16 processes append to one file, records of 1 byte to 64 MB; each range must be
// exact, and each record alone on its line. `count` is records in all.

import { judge } from '../support/judge.mjs'
import { onDisk } from '../support/on_disk.mjs'
import { startAppender, startWriter } from '../support/processes.mjs'
import { rounds } from '../support/rounds.mjs'
import { Tally } from '../support/tally.mjs'

export const number = 12
export const title = '2 to 16 writers, 1 B to 64 MB'
export const mustHold = 'W, ranges exact'
export const eachCommit = 1_000_000

const styles = ['append', 'appendSync', 'write', 'all', 'fileSync', 'writeSync', 'fileAsync']
const MB = 1_000_000
const plans = [
  {
    kind: 'tmpfs',
    writers: 4,
    share: 0.4,
    size: [60, 120],
    batch: 100,
    styles: ['append', 'all', 'appendSync', 'write'],
  },
  { kind: 'ext4', writers: 16, share: 0.2, size: [60, 300], batch: 20, foreign: true },
  {
    kind: 'tmpfs',
    writers: 3,
    share: 0.2,
    size: [1, 1],
    batch: 50,
    tiny: true,
    styles: ['append', 'all', 'appendSync'],
  },
  { kind: 'xfs', writers: 7, share: 0.1, size: [60, 2000], batch: 10, foreign: true },
  { kind: 'btrfs', writers: 5, share: 0.05, size: [60, 500], batch: 20 },
  { kind: 'overlay-ext4', writers: 6, share: 0.0495, size: [60, 4000], batch: 5 },
  { kind: 'ext4', writers: 4, share: 0.0004, size: [10_000, 2 * MB], batch: 4, least: 40 },
  { kind: 'tmpfs', writers: 2, share: 0.00001, size: [32 * MB, 64 * 1024 * 1024], batch: 1, least: 8 },
]

function one(tally, plan, count, seed) {
  const { kind, writers, size, batch, tiny } = plan
  const chosen = plan.styles ?? styles
  const names = Array.from({ length: writers }, (_, i) => `W${i}`)
  return onDisk(kind, 8000, async ({ data, log }) => {
    const ours = names.map((writer, i) =>
      startWriter('recorder', {
        file: data,
        writer,
        style: chosen[i % chosen.length],
        size,
        batch,
        tiny,
        seed: seed + i,
        count: Math.ceil(count / writers),
        acks: log(`${writer}.acks`),
        failures: log(`${writer}.failures`),
      }),
    )
    const foreign = plan.foreign
      ? startAppender(data, {
          writer: 'F',
          count: 20_000,
          seconds: 600,
          style: 'halves',
          size: '60..200',
          acks: log('F'),
          seed,
        })
      : null
    for (const { ended } of ours) tally.absorb(await ended)
    if (foreign) tally.note('foreign', (await foreign.ended).acknowledged)
    const report = judge(tally, {
      data,
      ours: names.map((name) => log(`${name}.acks`)),
      failures: names.map((name) => log(`${name}.failures`)),
      foreign: [log('F')],
      what: `${kind} ${writers} writers of ${size.join('..')} seed ${seed}`,
    })
    tally.note(`${size[1] >= MB ? 'bytes of large records' : 'bytes'}`, report.bytes)
  })
}

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  for (const { round, count: all } of rounds({ count, eachCommit, seconds })) {
    for (const plan of plans) {
      const before = performance.now()
      await one(tally, plan, Math.max(plan.least ?? 0, Math.ceil(all * plan.share)), seed + round * 100)
      log(
        `${plan.kind}, ${plan.writers} writers: ${tally.tried} records so far, ${((performance.now() - before) / 1000).toFixed(1)} s`,
      )
    }
  }
  tally.need('verified', tally.acknowledged / 2)
  return tally.result()
}
