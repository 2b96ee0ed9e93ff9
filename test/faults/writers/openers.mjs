// openers.mjs: opens a file that others are writing, which would mend its tail, and closes it, again and again.
//
// Contract: every second time it appends a record of its own. Prints how often it opened and what the
// openings did; the acks go to the log.

import { createRequire } from 'node:module'
import { Logs } from '../support/logs.mjs'
import { makeRecord } from '../support/records.mjs'
import { Tally } from '../support/tally.mjs'

const { Recorder, AppendError } = createRequire(import.meta.url)('../../../dist/index.js')
const { file, writer, opens, sync, seconds = Infinity, acks, failures } = JSON.parse(process.argv[2])
const choices = ['quarantine', 'truncate', 'quarantine', 'seal']
const logs = new Logs({ acks, failures })
const tally = new Tally()
const until = performance.now() + seconds * 1000

for (let i = 0; i < opens && performance.now() < until; i++) {
  try {
    // `seal` ends whatever line is open, also a live one: that is what it says, so only for whole-line writers.
    const options = { tornTail: choices[i % (choices.length - 1)] }
    const recorder = sync ? Recorder.openSync(file, options) : await Recorder.open(file, options)
    tally.tried++
    tally.note(`repair ${recorder.repair?.action ?? 'nothing'}`)
    if (i % 2 === 1) {
      const text = makeRecord(writer, i, 120)
      const range = sync ? recorder.appendLineSync(text) : await recorder.appendLine(text)
      logs.acknowledge(writer, [{ sequence: i, text, range }])
      tally.acknowledged++
    }
    if (sync) recorder.closeSync()
    else await recorder.close()
  } catch (error) {
    if (!(error instanceof AppendError)) throw error
    tally.note(`failed ${error.code}`)
    tally.violate(`opening beside a writer: ${error.message}`)
  }
}
console.log(JSON.stringify(tally.result()))
