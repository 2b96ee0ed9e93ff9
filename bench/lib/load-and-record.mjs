// Loads a candidate and records one line in a new file, and says how long that took and how large the process is then
// (work J).

import { loadCandidate } from '../candidates/index.mjs'
import { sizedLines } from './records.mjs'

const [, , id, path] = process.argv
const [line] = sizedLines(256)

async function record() {
  const { candidate, adapter } = await loadCandidate(id)
  const file = await adapter.open(path, candidate.options ?? {})
  if (file.write !== undefined) file.write(line, `${line}\n`)
  else if (file.append !== undefined) await file.append(line, `${line}\n`)
  else if (file.appendSync !== undefined) file.appendSync(Buffer.from(`${line}\n`))
  else file.writeObject({ bare: JSON.parse(line) })
  await file.finish()
}

const start = process.hrtime.bigint()
await record()
const spent = process.hrtime.bigint() - start
process.stdout.write(JSON.stringify({ spent: Number(spent), bytes: process.memoryUsage.rss() }))
