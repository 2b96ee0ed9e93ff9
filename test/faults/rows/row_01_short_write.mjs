// row_01_short_write.mjs: a write is cut at every byte position, on five file systems.
//
// The cut is real: RLIMIT_FSIZE of the writing process, set by lab/limiter.c through prlimit(2). In mode
// `passing` it is the preload library's (`write:1:short=K`), because there the cause must be gone when the
// record is tried again. Alone: each cut of each record, the file looked at after each one. Several: three
// writers of ours and two plain ones on one file, cuts at random bytes, judged by the verifier.

import { join } from 'node:path'
import { makeFileSystem } from '../lab/file_systems.mjs'
import { PlanPage, preloadEnvironment } from '../lab/preload.mjs'
import { judge } from '../support/judge.mjs'
import { makeLogFolder, startAppender, startWriter } from '../support/processes.mjs'
import { Tally } from '../support/tally.mjs'

export const number = 1
export const title = 'short write at every byte'
export const mustHold = 'W N S'
export const eachCommit = 100_000
export const pointsPerSecond = 3000

const places = { tmpfs: 0.35, ext4: 0.3, xfs: 0.15, 'overlay-ext4': 0.15, btrfs: 0.05 }
const modes = [
  { mode: 'appendSync', reader: false, share: 0.4 },
  { mode: 'appendSync', reader: true, share: 0.2 },
  { mode: 'fileSync', reader: false, share: 0.15 },
  { mode: 'batch', reader: false, share: 0.07 },
  { mode: 'batch', reader: true, share: 0.03 },
  { mode: 'passing', reader: false, share: 0.03 },
  { mode: 'passing', reader: true, share: 0.02 },
]
const severalShare = 0.1

async function alone(tally, disk, points, seed) {
  const folder = makeLogFolder()
  let next = 0
  const work = async () => {
    for (let at = next++; at < modes.length; at = next++) {
      const { mode, reader, share } = modes[at]
      const name = `${mode}${reader ? '-reader' : ''}`
      const file = join(disk.path, `${name}.jsonl`)
      const page = join(folder, `${name}.page`)
      const [acks, failures] = [join(folder, `${name}.acks`), join(folder, `${name}.failures`)]
      const options = {
        file,
        writer: name,
        mode,
        reader,
        points: Math.ceil(points * share),
        seed: seed + at,
        acks,
        failures,
        page,
      }
      const env = mode === 'passing' ? preloadEnvironment({ target: file, page: new PlanPage(page) }) : {}
      const summary = await startWriter('cut_every_byte', options, env).ended
      tally.absorb({
        ...summary,
        violations: summary.violations.map((text) => `${disk.kind} ${name} seed ${seed + at}: ${text}`),
      })
      judge(tally, {
        data: file,
        ours: [acks],
        failures: [failures],
        what: `${disk.kind} ${name} seed ${seed + at}`,
      })
    }
  }
  await Promise.all([work(), work()])
}

async function several(tally, disk, points, seed) {
  const folder = makeLogFolder()
  const data = join(disk.path, 'several.jsonl')
  const log = (name) => join(folder, name)
  const styles = ['append', 'appendSync', 'write']
  const batch = 4
  const count = Math.ceil(points / styles.length) * batch
  const foreign = ['whole', 'halves'].map((style) =>
    startAppender(data, {
      writer: `F-${style}`,
      seconds: 600,
      style,
      size: '50..150',
      acks: log(`F-${style}`),
      seed,
      open: style === 'whole' ? 'each' : 'keep',
    }),
  )
  const ours = styles.map((style) =>
    startWriter('recorder', {
      file: data,
      writer: style,
      style,
      batch,
      count,
      seed,
      cuts: true,
      size: [40, 200],
      acks: log(`${style}.acks`),
      failures: log(`${style}.failures`),
    }),
  )
  try {
    for (const { ended } of ours) {
      const summary = await ended
      tally.absorb({ ...summary, tried: summary.tried / batch })
    }
  } finally {
    for (const { child } of foreign) child.kill('SIGTERM')
  }
  for (const { ended } of foreign) tally.note('foreign', (await ended).acknowledged)
  judge(tally, {
    data,
    ours: styles.map((style) => log(`${style}.acks`)),
    failures: styles.map((style) => log(`${style}.failures`)),
    foreign: ['F-whole', 'F-halves'].map(log),
    what: `${disk.kind} several seed ${seed}`,
  })
}

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  const until = performance.now() + (seconds ?? 0) * 1000
  const points = seconds === undefined ? count : Math.min(count, 100_000)
  for (let round = 0; round === 0 || performance.now() < until; round++) {
    for (const [kind, share] of Object.entries(places)) {
      const disk = await makeFileSystem(kind, { sizeMiB: 1024 })
      try {
        await alone(tally, disk, points * share, seed + round * 1000)
        await several(tally, disk, points * share * severalShare, seed + round * 1000)
      } finally {
        disk.dispose()
      }
      log(`${kind}: ${tally.tried} cuts so far`)
    }
  }
  tally.need('short', points / 4)
  for (const outcome of ['truncated', 'erased', 'short writes']) tally.need(outcome)
  return tally.result()
}
