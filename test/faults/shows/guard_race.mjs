// guard_race.mjs: a foreign appender in a tight loop against 100,000 rollbacks, ours and the bare check.
//
// Ours: AppendFile.writeOnceSync of a fragment and rollbackSync (90 %), and a Recorder whose writes are cut short
// (10 %, by the preload library). Beside it the control: fstat, then ftruncate (lab/guard_race --mode bare), on the same file systems.
// Use: node test/faults/shows/guard_race.mjs [--rollbacks 100000] [--seed 1]. Code 0: ours lost none, the control did.

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeFileSystem } from '../lab/file_systems.mjs'
import { labProgram } from '../lab/programs.mjs'
import { race } from '../rows/row_10_foreign_during_rollback.mjs'
import { start } from '../support/processes.mjs'
import { Tally } from '../support/tally.mjs'

const { values } = parseArgs({
  options: { rollbacks: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
})
const [rollbacks, seed] = [Number(values.rollbacks), Number(values.seed)]
const kinds = ['tmpfs', 'ext4', 'xfs', 'btrfs', 'overlay-ext4']

async function bare(kind, open, count) {
  const disk = await makeFileSystem(kind, { sizeMiB: 6000 })
  try {
    const parameters = [
      join(disk.path, 'bare.jsonl'),
      '--mode',
      'bare',
      '--rollbacks',
      String(count),
      '--open',
      open,
    ]
    return await start(labProgram('guard_race'), parameters).ended
  } finally {
    disk.dispose()
  }
}

let [ourLosses, controlLosses, violations] = [0, 0, 0]
console.log(
  '| file system, appender | way | rollbacks | truncated | erased | foreign records | lost |\n| --- | --- | --- | --- | --- | --- | --- |',
)
for (const kind of kinds) {
  for (const open of ['keep', 'each']) {
    const each = Math.ceil(rollbacks / kinds.length / 2)
    for (const [way, count] of [
      ['rollback', Math.ceil(each * 0.9)],
      ['shorts', Math.ceil(each * 0.1)],
    ]) {
      const tally = new Tally()
      await race({ tally, kind, rollbacks: count, way, open, rest: '0', seed })
      const { notes } = tally
      const { 'foreign lost': lost = 0 } = notes
      ourLosses += lost
      violations += tally.violationCount
      console.log(
        `| ${kind}, ${open} | ${way === 'shorts' ? 'ours: Recorder, short writes' : 'ours: AppendFile'} | ${tally.tried} | ${(notes.truncated ?? 0) + (notes['rollback truncated'] ?? 0)} | ${(notes.erased ?? 0) + (notes['rollback erased'] ?? 0)} | ${notes.foreign} | ${lost} |`,
      )
      for (const text of tally.violations) console.log(`VIOLATION ${text}`)
    }
    const control = await bare(kind, open, each)
    controlLosses += control.lost
    console.log(
      `| ${kind}, ${open} | control: bare check | ${each} | ${control.truncated} | 0 | ${control.foreign} | ${control.lost} |`,
    )
  }
}
console.log(`ours: ${ourLosses} lost, ${violations} violations; the bare check: ${controlLosses} lost`)
if (controlLosses === 0)
  console.log('VIOLATION nothing tested: the control lost none either, so the race was not met')
process.exit(violations === 0 && controlLosses > 0 ? 0 : 1)
