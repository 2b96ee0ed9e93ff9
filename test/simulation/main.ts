// npm run simulate -- --schedules N --seed S: runs schedules until one breaks the promise, and then says how.

import { parseArgs } from 'node:util'
import type { BrokenCore } from './broken-core.js'
import { runSchedule } from './schedule.js'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    broken: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})

async function main(): Promise<number> {
  const schedules = Number(values.schedules)
  const first = Number(values.seed)
  const broken: BrokenCore = values.broken === undefined ? {} : { [values.broken]: true }
  const started = performance.now()
  let acknowledged = 0
  let followed = 0
  for (let seed = first; seed < first + schedules; seed++) {
    const result = await runSchedule(seed, broken)
    acknowledged += result.acknowledged
    followed += result.followed
    if (values.trace) for (const line of result.trace) console.log(line)
    if (result.violations.length === 0) continue
    console.log(`seed ${seed}: ${result.violations.length} violations (after ${seed - first + 1} schedules)`)
    for (const violation of result.violations) console.log(`  ${violation}`)
    if (!values.trace) console.log(`replay: npm run simulate -- --schedules 1 --seed ${seed} --trace`)
    return 1
  }
  const seconds = (performance.now() - started) / 1000
  const rate = Math.round(schedules / seconds)
  console.log(
    `${schedules} schedules from seed ${first}: 0 violations, ${acknowledged} acknowledged records, ` +
      `${followed} writes handed over early, ${rate} schedules/s`,
  )
  return 0
}

void main().then((code) => {
  process.exitCode = code
})
