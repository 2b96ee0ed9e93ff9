// E: several processes append to one file at once. The measuring process starts them, says when to begin, and
// takes the time from the first record of any to the last of all.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { sizedLines } from '../lib/records.mjs'
import { recordInTurns } from '../lib/turns.mjs'

export const id = 'E'
export const title = 'Several processes, one file'
export const about =
  '256-byte records of 2 and of 4 processes, each with the file open for itself. Before that those of Node have appended to another file together for 320 ms. proper-lockfile locks for each record, as its users have to. How the kernel lets processes take turns differs from one time to the next, so what the marks compare with the C++ program is measured more often than the others.'

export const metrics = { nsPerRecord: { label: 'Time per record, all processes together', unit: 'ns' } }

const marked = ['native-processes', 'append-addon-looking', 'append']
const others = ['native-processes-looking', 'record', 'fs-write', 'file-handle', 'lockfile']

export function cases({ milliseconds, mediumTurns, rounds, warmUps, warmUpMilliseconds }) {
  return [2, 4].flatMap((processes) => {
    const one = (name, candidates, rounds, turns) => ({
      name,
      parameters: { records: 256, processes, together: Math.ceil(warmUps / 2) * warmUpMilliseconds },
      candidates,
      rounds,
      milliseconds,
      turns,
    })
    return [
      one(`${processes} processes`, marked, rounds, mediumTurns),
      // Who takes a lock for each record has some hundred in 160 ms.
      one(`${processes} processes, others beside them`, ['append', ...others], Math.min(rounds, 3), 1),
    ]
  })
}

export function rings({ records, processes }) {
  return Array.from({ length: processes }, (_, writer) => sizedLines(records, writer))
}

const script = path.join(import.meta.dirname, '..', 'lib', 'appending-process.mjs')

async function start(spec, writer) {
  const child = fork(script, [JSON.stringify(spec), String(writer)])
  await once(child, 'message')
  return child
}

/** All of them go on at once. */
function goOn(children, order) {
  return Promise.all(
    children.map(async (child) => {
      child.send(order)
      const [answer] = await once(child, 'message')
      return answer
    }),
  )
}

export async function measure(spec) {
  const writers = Array.from({ length: spec.parameters.processes }, (_, writer) => writer)
  const children = await Promise.all(writers.map((writer) => start(spec, writer)))
  const recordTogether = async (file, milliseconds) => {
    await goOn(children, { file })
    const results = await goOn(children, { milliseconds })
    const counts = results.map(({ count }) => count)
    const started = Math.min(...results.map((one) => one.started))
    const ended = Math.max(...results.map((one) => one.ended))
    return { count: counts.reduce((sum, one) => sum + one), counts, elapsed: ended - started }
  }
  const warmUpFile = `${spec.folder}/warm-up`
  await recordTogether(warmUpFile, spec.parameters.together)
  rmSync(warmUpFile)
  const result = await recordInTurns(spec, recordTogether)
  for (const child of children) child.disconnect()
  return result
}

export const charts = [{ metric: 'nsPerRecord' }]
