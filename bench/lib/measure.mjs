// One measurement in a process of its own: `node measure.mjs SPEC`. The specification and the result are JSON;
// the result is the last line of standard output.

import { loadCandidate } from '../candidates/index.mjs'
import { loadWork } from '../works/index.mjs'

const spec = JSON.parse(process.argv[2])
const work = await loadWork(spec.work)
const { candidate, adapter } = await loadCandidate(spec.candidate)

/** Opens the candidate on a file. */
function open(path = spec.path, options = {}) {
  return adapter.open(path, { ...candidate.options, ...options })
}

const result = await work.measure({ ...spec, open })
process.stdout.write(`${JSON.stringify(result)}\n`)
