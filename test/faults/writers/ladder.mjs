// ladder.mjs: one fragment, and one rollback of it under conditions that are made on purpose (row 13).
//
// Contract: prints what the rollback said, what stood in the file, and what two appends after it did: one under
// the same conditions, one after they are gone.

import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PlanPage } from '../lab/preload.mjs'

const { AppendFile, AppendError } = createRequire(import.meta.url)('../../../dist/index.js')
const { file, link, pagePath, plan, reader, attribute, lock } = JSON.parse(process.argv[2])
const page = pagePath ? new PlanPage(pagePath) : null
const fragment = Buffer.from('{"writer":"W","fragment":"torn he')
const foreignPart = '{"foreign":"during"}\n'

function append(text) {
  try {
    return { range: target.appendSync(`${text}\n`) }
  } catch (error) {
    if (!(error instanceof AppendError)) throw error
    const { code, state, rollback } = error
    return { code, state, rollback }
  }
}

const attributes = (change) => execFileSync('chattr', [change, link], { stdio: 'ignore' })

const target = AppendFile.openSync(file, { lock })
const before = append('{"writer":"W","sequence":0}')
const looking = reader ? openSync(link, 'r') : -1
const { start, end } = target.writeOnceSync(fragment)
if (attribute !== 'none') attributes(`+${attribute}`)
page?.set(plan)
let rollback
try {
  rollback = target.rollbackSync({ start, end })
} catch (error) {
  rollback = { outcome: `threw ${error.message}`, refused: [] }
}
const after = readFileSync(link, 'latin1')
const next = append('{"writer":"W","sequence":1}')
page?.set('')
if (attribute !== 'none') attributes(`-${attribute}`)
if (looking >= 0) closeSync(looking)
const last = append('{"writer":"W","sequence":2}')
let closing = null
try {
  target.closeSync()
} catch (error) {
  closing = error.code
}
console.log(
  JSON.stringify({
    start,
    end,
    rollback,
    after,
    before,
    next,
    last,
    closing,
    final: readFileSync(link, 'latin1'),
    foreignPart,
  }),
)
