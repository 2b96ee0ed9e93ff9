// row_10_foreign_during_rollback.mjs: a plain appender in a tight loop while our policy takes back one
// fragment after another: AppendFile.writeOnceSync + rollbackSync, and a Recorder whose writes are cut short: by
// RLIMIT_FSIZE (`cuts`), or by the preload library (`shorts`), which meets each batch however fast the file grows. The appender keeps the file open (the erase rung) or opens it for each append (the lease is
// granted now and then). Not one of its records may be lost: lab/foreign_loop.c looks for each of them in the
// file, byte for byte; our own acks are judged by the verifier.

import { PlanPage, preloadEnvironment } from '../lab/preload.mjs'
import { judge } from '../support/judge.mjs'
import { onDisk } from '../support/on_disk.mjs'
import { startForeignLoop, startWriter } from '../support/processes.mjs'
import { rounds } from '../support/rounds.mjs'
import { Tally } from '../support/tally.mjs'

export const number = 10
export const title = 'foreign appender during rollback'
export const mustHold = 'O: 0 lost'
export const eachCommit = 5 * 20_000

const kinds = ['tmpfs', 'ext4', 'xfs', 'btrfs', 'overlay-ext4']
/** Rollbacks in one file: a tight loop beside them writes some 100 MB meanwhile. */
const eachFile = 10_000

/** @param {{ tally: Tally, kind: string, rollbacks: number, way: 'rollback' | 'cuts' | 'shorts', open: 'keep' | 'each', appenders?: number, rest?: string, seed: number }} options */
export function race({ tally, kind, rollbacks, way, open, appenders = 1, rest = '0..30', seed }) {
  return onDisk(kind, 6000, async ({ data, log }) => {
    const foreign = await startForeignLoop(data, { open, appenders, 'rest-us': rest })
    const common = { file: data, seed, acks: log('W.acks'), failures: log('W.failures') }
    const page = log('page')
    new PlanPage(page).close()
    const recorder = {
      ...common,
      writer: 'W',
      style: 'append',
      batch: 2,
      count: rollbacks * 2,
      size: [60, 200],
    }
    const ours =
      way === 'rollback'
        ? startWriter('rollbacks', { ...common, rollbacks })
        : way === 'cuts'
          ? startWriter('recorder', { ...recorder, cuts: true })
          : startWriter(
              'recorder',
              { ...recorder, shorts: page },
              preloadEnvironment({ target: data, page: { path: page } }),
            )
    const summary = await ours.ended
    const { foreign: written, lost } = await foreign.stop()
    // Those that took place: not each cut of a file that others let grow meanwhile is a short write.
    const {
      truncated = 0,
      erased = 0,
      'rollback truncated': alsoTruncated = 0,
      'rollback erased': alsoErased = 0,
    } = summary.notes
    tally.absorb({ ...summary, tried: way === 'rollback' ? truncated + erased : alsoTruncated + alsoErased })
    tally.note('foreign', written)
    tally.note('foreign lost', lost)
    tally.note(`foreign, opened ${open}`, written)
    const what = `${kind} ${way} ${open} seed ${seed}`
    tally.expect(lost === 0, () => `${what}: ${lost} of ${written} foreign records lost`)
    return judge(tally, { data, ours: [log('W.acks')], failures: [log('W.failures')], what })
  })
}

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  for (const { round, count: all } of rounds({ count, eachCommit, seconds })) {
    for (const kind of kinds) {
      const perKind = Math.ceil(all / kinds.length)
      for (let done = 0; done < perKind; done += eachFile) {
        const rollbacks = Math.min(eachFile, perKind - done)
        const open = (done / eachFile) % 2 === 0 ? 'each' : 'keep'
        const at = seed + round * 1000 + done
        await race({ tally, kind, rollbacks: Math.ceil(rollbacks * 0.8), way: 'rollback', open, seed: at })
        await race({ tally, kind, rollbacks: Math.ceil(rollbacks * 0.05), way: 'cuts', open, seed: at })
        await race({ tally, kind, rollbacks: Math.ceil(rollbacks * 0.2), way: 'shorts', open, seed: at })
      }
      log(`${kind}: ${tally.tried} rollbacks so far, ${tally.notes.foreign} foreign records`)
    }
  }
  for (const name of ['truncated', 'erased', 'short writes', 'foreign']) tally.need(name)
  return tally.result()
}
