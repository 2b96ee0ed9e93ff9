// row_19_reader.mjs: a reader beside writers whose writes are cut short, spliced and taken back: it must see each
// acknowledged record whole at its range the moment it is acknowledged, and no part of a record as a line.
//
// `seconds` decides; the count of each commit is 10 minutes in the matrix, of which this takes what fits.

import { judge } from '../support/judge.mjs'
import { onDisk } from '../support/on_disk.mjs'
import { startAppender, startWriter } from '../support/processes.mjs'
import { Tally } from '../support/tally.mjs'

export const number = 19
export const title = 'a reader meanwhile'
export const mustHold = 'never a partial record'
/** Looks; 10 minutes in the matrix, some 2,000 looks a second. */
export const eachCommit = 1_200_000
export const fits = 40_000

const kinds = ['tmpfs', 'ext4', 'xfs', 'btrfs', 'overlay-ext4']

/**
 * A plain appender that writes its line in two halves can put the second half right behind a fragment of ours
 * before it is taken back: `{"pad":"our fra` + `rest of theirs"}` is JSON for a moment, and nobody's record. No
 * writer can prevent that, so beside such an appender it is counted; beside whole lines it is a violation.
 */
function one(tally, kind, style, seconds, seed) {
  const styles = ['append', 'appendSync', 'all']
  return onDisk(kind, 4000, async ({ data, log }) => {
    const acks = styles.map((style) => log(`${style}.acks`))
    const reader = startWriter('reader', { file: data, logs: acks, halves: style === 'halves' })
    const foreign = startAppender(data, {
      writer: 'F',
      seconds: 600,
      count: Math.ceil(seconds * 5000),
      style,
      size: '60..300',
      open: 'each',
      acks: log('F'),
      seed,
    })
    const ours = styles.map((style, i) =>
      startWriter('recorder', {
        file: data,
        writer: style,
        style,
        batch: 3,
        seconds,
        seed,
        pauseMs: 1,
        cuts: i < 2,
        size: i === 2 ? [60, 200_000] : [60, 400],
        acks: acks[i],
        failures: log(`${style}.failures`),
      }),
    )
    for (const { ended } of ours) {
      const { notes, violations } = await ended
      tally.absorb({ tried: 0, acknowledged: 0, notes, violations })
    }
    foreign.child.kill('SIGTERM')
    tally.note('foreign', (await foreign.ended).acknowledged)
    reader.child.kill('SIGTERM')
    const summary = await reader.ended
    tally.absorb({
      ...summary,
      violations: summary.violations.map((text) => `${kind} beside ${style} seed ${seed}: ${text}`),
    })
    judge(tally, {
      data,
      ours: acks,
      failures: styles.map((style) => log(`${style}.failures`)),
      foreign: [log('F')],
      what: `${kind} reader seed ${seed}`,
    })
  })
}

export async function run({ count = fits, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  const all = seconds ?? count / 2000
  for (const [i, kind] of kinds.entries()) {
    await one(tally, kind, 'whole', (all / kinds.length) * 0.7, seed + i)
    await one(tally, kind, 'halves', (all / kinds.length) * 0.3, seed + i)
    log(`${kind}: ${tally.tried} looks so far`)
  }
  for (const name of ['looks at an ack', 'looks at a line', 'short writes']) tally.need(name)
  return tally.result()
}
