// row_20_simulation.mjs: the simulation of test/simulation, as one more row of the table.
//
// Contract: builds it where it is not built; if that cannot be done, that is an error and no skip. The counts of
// each commit have a step of their own in CI (npm run simulate), so --each-commit leaves it out unless asked.

import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LabError, run as runTool } from '../lab/programs.mjs'
import { Tally } from '../support/tally.mjs'

export const number = 20
export const title = 'simulated schedules with all of it mixed'
export const mustHold = 'W1 to W8'
export const eachCommit = 50_000
export const ownStep = 'npm run simulate -- --schedules 50000'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const program = join(root, 'build/simulation/test/simulation/main.js')
const eachRun = 10_000

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  if (!existsSync(program)) runTool(process.execPath, join(root, 'scripts/build-simulation.mjs'))
  if (!existsSync(program)) throw new LabError(`${program} is not built: npm run simulate`)
  const until = seconds === undefined ? Infinity : performance.now() + seconds * 1000
  const most = seconds === undefined ? count : Infinity
  for (let round = 0; tally.tried < most && performance.now() < until; round++) {
    const schedules = Math.min(eachRun, most - tally.tried)
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [program, '--schedules', String(schedules), '--seed', String(seed + round * eachRun)],
      { encoding: 'utf8' },
    )
    tally.tried += schedules
    tally.note('schedules', schedules)
    if (status !== 0) tally.violate(`seed ${seed + round * eachRun}: ${(stdout + stderr).trim().slice(-500)}`)
    log(stdout.trim().split('\n').at(-1) ?? '')
  }
  return tally.result()
}
