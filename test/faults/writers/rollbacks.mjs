// rollbacks.mjs: writes a fragment and takes it back, again and again, by the package's own policy.
//
// Contract: each rollback must succeed, in range, and say which rung served. Prints counts.

import { createRequire } from 'node:module'
import { Tally } from '../support/tally.mjs'

const { AppendFile } = createRequire(import.meta.url)('../../../dist/index.js')
const { file, rollbacks } = JSON.parse(process.argv[2])
const fragment = Buffer.from('{"writer":"W","fragment":"torn he')
const tally = new Tally()
const target = AppendFile.openSync(file)

for (let i = 0; i < rollbacks; i++) {
  const { start, end, errno } = target.writeOnceSync(fragment)
  if (errno !== 0 || end - start !== fragment.length) {
    tally.violate(`fragment ${i} did not land: errno ${errno}, [${start}, ${end})`)
    continue
  }
  const { outcome, refused } = target.rollbackSync({ start, end })
  tally.note(outcome)
  for (const { rung, reason } of refused) tally.note(`${rung} refused: ${reason}`)
  tally.expect(
    outcome === 'truncated' || outcome === 'erased',
    () => `rollback ${i}: ${outcome} ${JSON.stringify(refused)}`,
  )
}
target.closeSync()
console.log(JSON.stringify(tally.result()))
