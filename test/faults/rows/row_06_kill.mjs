// row_06_kill.mjs: kill -9 at random moments and at each step of an append, and repair at the next open.
//
// C: lab/core_appender (the package's core without Node) under lab/tear_kill, tens of kills between two
// opens by a Recorder, which mends the tail: alone (then nothing torn may be left behind it), and two at
// once beside a plain appender. Node: a Recorder process killed at random, and at each step by the preload
// library (after a part of a write; before truncate, pwrite, the LF, the sync, the close).

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { makeFileSystem } from '../lab/file_systems.mjs'
import { preloadEnvironment } from '../lab/preload.mjs'
import { labProgram } from '../lab/programs.mjs'
import { judge } from '../support/judge.mjs'
import { Logs } from '../support/logs.mjs'
import { makeLogFolder, start, startAppender, startWriter } from '../support/processes.mjs'
import { makeRecord, randomOf, within } from '../support/records.mjs'
import { Tally } from '../support/tally.mjs'

const { Recorder } = createRequire(import.meta.url)('../../../dist/index.js')

export const number = 6
export const title = 'kill -9 at random and at each step'
export const mustHold = 'W, at most one fragment a writer, mended at open'
export const eachCommit = 2_100

const steps = [
  'write:1:short=17:kill',
  'write:2:short=70:kill',
  'write:1:short=30;write:2:kill', // before the LF that asks for the cause
  'write:1:short=30;write:2:ENOSPC;setlease:1:kill',
  'write:1:short=30;write:2:ENOSPC;truncate:1:kill',
  'write:1:short=30;write:2:ENOSPC;unlease:1:kill',
  'write:1:short=30;write:2:ENOSPC;setlease:EAGAIN;pwrite:1:kill',
  'write:1:short=30;write:2:ENOSPC;setlease:EAGAIN;pwrite:1:short=10:kill',
  'write:3:kill',
  'lseek:2:kill',
  'fdatasync:1:kill',
  'close:1:kill',
]

/** Opens, which mends, and appends one record. Returns what was done to the tail. */
function mend(tally, logs, data, writer, sequence) {
  const recorder = Recorder.openSync(data)
  const action = recorder.repair?.action ?? 'nothing'
  tally.note(`repair ${action}`)
  const text = makeRecord(writer, sequence, 80)
  const range = recorder.appendLineSync(text)
  logs.acknowledge(writer, [{ sequence, text, range }])
  tally.acknowledged++
  recorder.closeSync()
  return action
}

/** The file ends in a torn line. @param {string} data */
function endsTorn(data) {
  // A kill can come before the file is made.
  if (!existsSync(data)) return false
  const bytes = readFileSync(data)
  return bytes.length > 0 && bytes.at(-1) !== 0x0a
}

const sizes = ['200000..1000000', '100..300', '2000..9000', '50000..200000']

async function killCore(tally, kind, kills, seed, many) {
  const disk = await makeFileSystem(kind, { sizeMiB: 4096 })
  const random = randomOf(seed)
  try {
    let done = 0
    for (let part = 0; done < kills; part++) {
      const folder = makeLogFolder()
      const log = (name) => join(folder, name)
      const size = sizes[part % sizes.length]
      const data = join(disk.path, `kill-${part}.jsonl`)
      const logs = new Logs({ acks: log('M.acks'), failures: log('M.failures') })
      const foreign = many
        ? startAppender(data, {
            writer: 'F',
            seconds: 600,
            count: 5000,
            size: '60..200',
            acks: log('F'),
            seed,
            open: 'each',
          })
        : null
      const runs = Math.max(4, Math.ceil(kills / (many ? 2 : 1) / sizes.length))
      let damagedAllowed = 0
      // Each few kills an open that mends: so each kind of torn tail is met, and more than one on top of it.
      const killers = many ? 2 : 1
      for (let at = 0; at < runs && done < kills;) {
        const each = within(random, 1, 5)
        const killed = await Promise.all(
          Array.from({ length: killers }, (_, k) => {
            const writer = `C${part}k${k}r{run}`
            const command = [
              labProgram('core_appender'),
              data,
              '--writer',
              writer,
              '--acks',
              log(`C${k}.acks`),
              '--size',
              size,
              '--seed',
              '{run}',
            ]
            const parameters = [
              '--runs',
              String(each),
              '--run-from',
              String(at),
              '--seed',
              String(within(random, 1, 1e9)),
              '--delay-us',
              '300..4000',
              '--file',
              data,
              '--after-growth-us',
              '0..600',
              '--',
              ...command,
            ]
            return start(labProgram('tear_kill'), parameters).ended
          }),
        )
        at += each
        for (const counts of killed) {
          done += counts.killed
          tally.tried += counts.killed
          tally.note('kills of C', counts.killed)
          tally.note('torn by kills', counts.torn)
          damagedAllowed += counts.killed
        }
        const torn = endsTorn(data)
        const action = mend(tally, logs, data, 'M', at)
        if (torn && !many)
          tally.expect(
            action === 'quarantined' || action === 'completed',
            () => `${kind} seed ${seed}: a torn tail and nobody at it: ${action}`,
          )
        if (torn) tally.note('torn at open')
      }
      if (foreign) {
        foreign.child.kill('SIGTERM')
        tally.note('foreign', (await foreign.ended).acknowledged)
      }
      const ours = [log('M.acks'), ...Array.from({ length: killers }, (_, k) => log(`C${k}.acks`))]
      const what = `${kind} C ${many ? 'several' : 'alone'} ${size} seed ${seed}`
      const report = judge(tally, { data, ours, foreign: [log('F')], what })
      tally.acknowledged += report.records - runs
      tally.expect(
        report.damaged <= damagedAllowed,
        () => `${what}: ${report.damaged} damaged lines of ${damagedAllowed} kills`,
      )
    }
  } finally {
    disk.dispose()
  }
}

async function killNode(tally, kind, kills, seed, log) {
  const disk = await makeFileSystem(kind, { sizeMiB: 256 })
  const random = randomOf(seed)
  const folder = makeLogFolder()
  const [data, acks, failures] = [
    join(disk.path, 'node.jsonl'),
    join(folder, 'acks'),
    join(folder, 'failures'),
  ]
  const logs = new Logs({ acks: join(folder, 'M.acks'), failures: join(folder, 'M.failures') })
  const styles = ['append', 'appendSync', 'write', 'all', 'fileSync']
  const common = { file: data, acks, failures, size: [60, 300], batch: 3 }
  try {
    appendFileSync(data, '')
    for (let run = 0; run < kills; run += 2) {
      const pair = [run, run + 1].map(async (number) => {
        const style = styles[number % styles.length]
        const step = number % 2 === 0 ? steps[(number / 2) % steps.length] : null
        const recorder = step?.startsWith('fdatasync') ? { fsync: 'always' } : {}
        const options = {
          ...common,
          writer: `N${number}`,
          style: recorder.fsync ? 'append' : style,
          recorder,
          seed: seed + number,
          ...(step ? { count: 30 } : { seconds: 60 }),
        }
        const writer = startWriter(
          'recorder',
          options,
          step ? preloadEnvironment({ target: data, plan: step }) : {},
        )
        if (step === null) {
          await new Promise((resolve) => setTimeout(resolve, 60 + within(random, 0, 60)))
          writer.kill()
        } else writer.kill(0) // the preload library kills it: its end is no mistake
        const { signal } = await writer.ended.catch((error) => {
          tally.violate(`${kind} Node ${style}, ${step}: ${error.message}`)
          return { signal: 'crash' }
        })
        tally.tried++
        if (signal === 'SIGKILL') tally.note(step === null ? 'kills of Node' : 'kills of Node at a step')
        else tally.note('ended before its kill')
      })
      await Promise.all(pair)
      if (endsTorn(data)) tally.note('torn at open')
      mend(tally, logs, data, 'M', run)
    }
  } finally {
    judge(tally, {
      data,
      ours: [acks, join(folder, 'M.acks')],
      failures: [failures],
      what: `${kind} Node seed ${seed}`,
    })
    disk.dispose()
    log(`${kind}: Node done`)
  }
}

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  const until = performance.now() + (seconds ?? 0) * 1000
  const all = Math.min(count, eachCommit)
  const kinds = ['tmpfs', 'ext4', 'xfs', 'overlay-ext4']
  for (let round = 0; round === 0 || performance.now() < until; round++) {
    const at = seed + round * 100
    for (const kind of kinds) {
      await killCore(tally, kind, all / 2.1 / kinds.length, at, false)
      await killCore(tally, kind, all / 2.1 / kinds.length, at, true)
      log(`${kind}: ${tally.tried} kills so far`)
    }
    await killNode(tally, 'ext4', Math.ceil(all / 42), at, log)
    await killNode(tally, 'tmpfs', Math.ceil(all / 42), at, log)
  }
  // Beside another writer a truncate is not always reached.
  tally.need('kills of Node at a step', Math.floor(all / 84))
  for (const name of ['kills of C', 'kills of Node', 'torn by kills', 'torn at open', 'repair quarantined'])
    tally.need(name)
  return tally.result()
}
