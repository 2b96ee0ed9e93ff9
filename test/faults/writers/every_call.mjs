// every_call.mjs: runs scenarios under the preload library, with one fault each (rows 2, 3 and 5).
//
// Use: node every_call.mjs '{"folder","page","points":[{"scenario","call","n","effect","cut","forever"}]}'
// The files lie in folder/in, which is what can fail; setting up, foreign appends and looking at the outcome
// go through hard links and names elsewhere, so they neither fail nor count. After each scenario the fault
// is healed, the recorder must go on, and all that was promised must hold.
// Contract: prints a tally; a call that does not return within 10 s ends the program with a violation.

import { closeSync, existsSync, readFileSync, readdirSync, renameSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { PlanPage } from '../lab/preload.mjs'
import { ScenarioContext } from '../support/scenario_context.mjs'
import { scenarios } from '../support/scenarios.mjs'
import { checkSmall } from '../support/small_file.mjs'
import { Tally } from '../support/tally.mjs'

const request = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const page = new PlanPage(request.page)
const inside = join(request.folder, 'in')
const outside = join(request.folder, 'out')
const tally = new Tally()

/** Healed: it must go on, or say why not and go on once opened anew. */
async function goOn(context) {
  if (context.closed) return
  const before = context.errors.length
  if (context.recorder === null) await context.open(context.options)
  await context.flush()
  await context.append()
  if (context.records.at(-1)?.state !== 'acknowledged') {
    const { kind } = context.errors.at(-1) ?? {}
    if (kind !== 'Poisoned')
      tally.violate(`${context.name}: healed, and still ${context.errors.at(-1)?.message}`)
    // Nothing may be appended behind what was not synced; elsewhere it goes on.
    if (context.options?.onSyncFailure === 'fail') context.rename('poisoned.jsonl')
    await context.reopen()
    await context.append()
    if (context.records.at(-1)?.state !== 'acknowledged')
      tally.violate(`${context.name}: healed and reopened, and still ${context.errors.at(-1)?.message}`)
    tally.note('reopened after poison')
  } else if (before > 0) tally.note('went on')
  await context.close()
}

/** The errors name what was injected, and how. */
function checkErrors(context, plan) {
  const possible = new Set(
    [...plan.matchAll(/\bE[A-Z]+\b/g)].map(
      ([code]) => constants.errno[code] ?? (code === 'EDQUOT' ? 122 : 0),
    ),
  )
  for (const { code, errno, kind, syscall, path, range, requested, state } of context.errors) {
    const what = JSON.stringify({ code, errno, kind, syscall, path, range, requested, state })
    const exact =
      typeof kind === 'string' &&
      path?.startsWith(inside) &&
      (errno === 0 ? code.startsWith('ERR_') : syscall !== null && code.startsWith('E'))
    if (!exact) tally.violate(`${context.name}: W7 inexact error ${what}`)
    if (errno !== 0 && possible.size > 0 && !possible.has(errno))
      tally.violate(`${context.name}: W7 nobody gave this errno: ${what}`)
  }
}

function check(context, { torn }) {
  if (context.reader >= 0) closeSync(context.reader)
  const paths = new Set(
    [context.path, context.recorder?.path, join(inside, 'file.jsonl.old')].filter(Boolean),
  )
  for (const name of readdirSync(inside, { recursive: true }))
    if (/\.jsonl(\.\d+)?$/.test(name)) paths.add(join(inside, name))
  const files = [...paths].filter((path) => existsSync(path)).map((path) => readFileSync(path))
  let foreign = context.foreignBytes
  if (torn && existsSync(`${context.path}.torn`)) {
    const saved = readFileSync(`${context.path}.torn`, 'latin1').includes(
      Buffer.from(torn).toString('base64'),
    )
    if (saved) foreign = foreign.filter((bytes) => bytes !== torn)
  }
  const { records, fragmentTold, moved: copies } = context
  const violations = checkSmall({
    files,
    records,
    foreign,
    debris: torn ? [torn] : [],
    fragmentTold,
    copies,
  })
  for (const text of violations) tally.violate(`${context.name}: ${text}`)
}

async function runPoint(point) {
  const scenario = scenarios[point.scenario]
  const context = new ScenarioContext(point, { inside, outside, tally })
  context.prepare(scenario)
  const own =
    point.call === 'none' ? '' : `${point.call}:${point.n}${point.forever ? '+' : ''}:${point.effect}`
  context.plan = [own, scenario.plan?.(point.cut) ?? ''].filter(Boolean).join(';')
  tally.tried++
  page.set(context.plan)
  try {
    await scenario.run(context)
  } finally {
    page.set('')
  }
  if (request.countOnly) {
    // What follows is not the scenario's: under another name it is no longer counted.
    renameSync(inside, `${inside}-done`)
    return
  }
  await goOn(context)
  checkErrors(context, context.plan)
  check(context, scenario)
  tally.acknowledged += context.records.filter(({ state }) => state === 'acknowledged').length
  if (context.errors.length > 0) tally.note('points with an error')
}

function end() {
  console.log(JSON.stringify(tally.result()))
}

for (const point of request.points) {
  const watchdog = setTimeout(() => {
    tally.violate(`${JSON.stringify(point)}: did not return within 10 s`)
    end()
    process.exit(0)
  }, 10_000)
  try {
    await runPoint(point)
  } catch (error) {
    tally.violate(`${JSON.stringify(point)}: ${error.stack}`)
  }
  clearTimeout(watchdog)
}
end()
