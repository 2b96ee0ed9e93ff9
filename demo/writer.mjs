// One of the writing processes: appends the session, record by record. When there is no room it says so and
// waits for word; then it tries the same record again.
//
// node writer.mjs KIND FILE WRITER RECORDS FROM

import { once } from 'node:events'
import { appenders } from './appenders.mjs'
import { makeSession, recordOf } from './session.mjs'

const [kind, path, writerText, recordsText, fromText] = process.argv.slice(2)
const writer = Number(writerText)
const session = makeSession(Number(recordsText))

/** Since the last report. */
let acknowledged = []
let tornAppends = 0
let rollbacks = {}

/** Says what has happened, and waits for word from the parent: true to go on. */
async function report(type, sequence) {
  process.send({ type, sequence, acknowledged, tornAppends, rollbacks })
  acknowledged = []
  tornAppends = 0
  rollbacks = {}
  const [word] = await once(process, 'message')
  return word === 'go'
}

/** wholeline says what landed and what became of it; fs.appendFile does not. */
function count(error) {
  if (error.range == null) return
  tornAppends++
  const outcome = error.rollback?.outcome
  if (outcome !== undefined) rollbacks[outcome] = (rollbacks[outcome] ?? 0) + 1
}

/** Gives the sequence number up to which it came: all of them, unless it was told to end. */
async function appendSession(appender) {
  let sequence = Number(fromText)
  while (sequence < session.length) {
    try {
      const range = await appender.append(recordOf(session, writer, sequence))
      acknowledged.push({ sequence, range })
      sequence++
    } catch (error) {
      if (!appender.mayTryAgain(error)) throw error
      count(error)
      if (!(await report('full', sequence))) break
    }
  }
  return sequence
}

async function write() {
  const appender = await appenders[kind].open(path)
  await report('ready', Number(fromText))
  const sequence = await appendSession(appender)
  await appender.close()
  await report('closed', sequence)
}

const endWithParent = () => process.exit(1)
process.on('disconnect', endWithParent)
try {
  await write()
} catch (error) {
  process.send({ type: 'broken', message: error.message })
}
process.off('disconnect', endWithParent)
process.disconnect()
