// row_04_disk_full.mjs: the disk is really full: tmpfs, ext4, xfs, btrfs, overlay, a file on xfs whose blocks
// are shared (reflink), a btrfs quota.
//
// Precise: filled until only a few bytes are left, a lone recorder appends until it fails, the file is
// looked at, freed, and it goes on. At random: lab/filler fills and frees while three recorders and a plain
// appender write. `count` is the number of times that a disk was full, for each file system.

import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { makeFileSystem, makeReflinkedFile } from '../lab/file_systems.mjs'
import { labProgram } from '../lab/programs.mjs'
import { judge } from '../support/judge.mjs'
import { Logs } from '../support/logs.mjs'
import { makeLogFolder, start, startAppender, startWriter } from '../support/processes.mjs'
import { makeRecord, randomOf, within } from '../support/records.mjs'
import { Tally } from '../support/tally.mjs'

const { Recorder, AppendFile, AppendError } = createRequire(import.meta.url)('../../../dist/index.js')

export const number = 4
export const title = 'disk full, real'
export const mustHold = 'W N S'
export const eachCommit = 200 * 7

/** Appends that fail for one filling of the disk. */
const metEachFill = 6

const places = [
  { name: 'tmpfs', kind: 'tmpfs', codes: ['ENOSPC'] },
  { name: 'ext4', kind: 'ext4', codes: ['ENOSPC'] },
  { name: 'xfs', kind: 'xfs', codes: ['ENOSPC'] },
  { name: 'btrfs', kind: 'btrfs', codes: ['ENOSPC'] },
  { name: 'overlay', kind: 'overlay-ext4', codes: ['ENOSPC'] },
  { name: 'reflinked xfs', kind: 'xfs', reflink: true, codes: ['ENOSPC'] },
  { name: 'btrfs quota', kind: 'btrfs-quota', codes: ['EDQUOT', 'ENOSPC'] },
]

const sizes = { tmpfs: { sizeMiB: 16 }, ext4: { sizeMiB: 32 }, 'overlay-ext4': { sizeMiB: 32 } }

/** One disk that is full again and again under one lone writer, in one of three ways to append. */
async function precise(tally, disk, place, times, seed) {
  const random = randomOf(seed)
  const folder = makeLogFolder()
  const [acks, failures] = [join(folder, 'acks'), join(folder, 'failures')]
  const logs = new Logs({ acks, failures })
  const foreign = '{"foreign":"first"}\n'.repeat(300)
  const data = place.reflink
    ? makeReflinkedFile(disk, 'precise.jsonl', foreign)
    : join(disk.path, 'precise.jsonl')
  const file = AppendFile.openSync(join(disk.path, 'exact.jsonl'))
  const recorder = Recorder.openSync(data)
  recorder.on('error', () => tally.note('error events'))
  const what = `${place.name} precise seed ${seed}`
  let sequence = 0
  const exactAcks = []

  const appendOne = async (size, way) => {
    const text = makeRecord('P', sequence, size)
    const mine = sequence++
    try {
      const range =
        way === 'sync'
          ? recorder.appendLineSync(text)
          : way === 'async'
            ? await recorder.appendLine(text)
            : file.appendSync(`${text}\n`)
      tally.acknowledged++
      if (way === 'file') exactAcks.push({ text, range })
      else logs.acknowledge('P', [{ sequence: mine, text, range }])
      return null
    } catch (error) {
      if (!(error instanceof AppendError)) throw error
      if (way !== 'file') logs.fail('P', mine, error.state)
      return error
    }
  }

  /** Appends until it fails; still full, the next size fails at another byte. */
  const meetFull = async (way) => {
    let error = null
    for (let i = 0; i < 200_000 && error === null; i++) error = await appendOne(within(random, 40, 4000), way)
    tally.tried++
    if (error === null) {
      tally.violate(`${what}: filled, and yet everything fits`)
      return
    }
    tally.note(`met ${error.code}`)
    const exact = place.codes.includes(error.code) && error.errno === (error.code === 'EDQUOT' ? 122 : 28)
    tally.expect(
      exact && error.syscall === 'write',
      () => `${what}: inexact: ${error.code} ${error.errno} ${error.kind} ${error.syscall}`,
    )
    if (error.range !== null) tally.note('short writes')
    if (error.rollback !== null) tally.note(error.rollback.outcome)
    if (error.state === 'pending') tally.note('told pending')
  }

  for (let time = 0; time * metEachFill < times; time++) {
    const way = ['sync', 'async', 'file'][time % 3]
    disk.fill({ leave: within(random, 0, 3) * within(random, 0, 3000) })
    tally.note('fills')
    for (let met = 0; met < metEachFill && time * metEachFill + met < times; met++) await meetFull(way)
    disk.free()
    let after = null
    for (let i = 0; i < 50; i++) {
      after = await appendOne(100, way)
      if (after === null) break
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    tally.expect(after === null, () => `${what}: freed, and still ${after.message}`)
  }
  for (const target of [recorder, file]) {
    try {
      await target.close()
    } catch (error) {
      tally.note(`close ${error.code}`)
    }
  }
  const bytes = readFileSync(join(disk.path, 'exact.jsonl'))
  for (const { text, range } of exactAcks)
    tally.expect(
      bytes.latin1Slice(range.start, range.end) === `${text}\n`,
      () => `${what}: AppendFile: not at [${range.start}, ${range.end})`,
    )
  if (place.reflink)
    tally.expect(
      readFileSync(data).latin1Slice(0, foreign.length) === foreign,
      () => `${what}: W2 what was there before has changed`,
    )
  judge(tally, { data, ours: [acks], failures: [failures], what })
}

/** Filled and freed at random under several writers. */
async function atRandom(tally, disk, place, seconds, seed) {
  const folder = makeLogFolder()
  const log = (name) => join(folder, name)
  const data = place.reflink
    ? makeReflinkedFile(disk, 'random.jsonl', '{"foreign":"first"}\n'.repeat(300))
    : join(disk.path, 'random.jsonl')
  // On a full disk nobody could make it.
  if (!place.reflink) writeFileSync(data, '')
  const styles = ['append', 'appendSync', 'write']
  const filler = start(labProgram('filler'), [
    disk.path,
    '--seed',
    String(seed),
    '--seconds',
    String(Math.ceil(seconds)),
    '--period-ms',
    '2..30',
  ])
  const common = { seconds, seed, pauseMs: 4, size: [100, 3000], batch: 4 }
  const ours = styles.map((style) =>
    startWriter('recorder', {
      ...common,
      file: data,
      writer: style,
      style,
      acks: log(`${style}.acks`),
      failures: log(`${style}.failures`),
    }),
  )
  const foreign = startAppender(data, {
    writer: 'F',
    seconds: Math.ceil(seconds),
    size: '50..300',
    acks: log('F'),
    seed,
    count: 20_000,
  })
  for (const { ended } of ours) tally.absorb({ ...(await ended), tried: 0 })
  const { fills } = await filler.ended
  foreign.child.kill('SIGTERM')
  tally.note('foreign', (await foreign.ended).acknowledged)
  tally.note('filled at random', fills)
  judge(tally, {
    data,
    ours: styles.map((style) => log(`${style}.acks`)),
    failures: styles.map((style) => log(`${style}.failures`)),
    foreign: [log('F')],
    what: `${place.name} at random seed ${seed}`,
  })
}

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  const until = performance.now() + (seconds ?? 0) * 1000
  const times = Math.ceil(Math.min(count, eachCommit) / places.length)
  for (let round = 0; round === 0 || performance.now() < until; round++) {
    for (const place of places) {
      const started = performance.now()
      for (const way of ['precise', 'random']) {
        const disk = await makeFileSystem(place.kind, sizes[place.kind] ?? {})
        try {
          if (way === 'precise') await precise(tally, disk, place, times, seed + round * 100)
          else await atRandom(tally, disk, place, Math.max(1, times / 100), seed + round * 100)
        } finally {
          disk.dispose()
        }
      }
      log(
        `${place.name}: full ${tally.tried} times so far, ${((performance.now() - started) / 1000).toFixed(1)} s`,
      )
    }
  }
  for (const name of ['short writes', 'truncated', 'met ENOSPC', 'met EDQUOT', 'filled at random'])
    tally.need(name)
  return tally.result()
}
