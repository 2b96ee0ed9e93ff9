// row_05_kernel_lies.mjs: a call reports success and has done nothing, in each scenario, at each n
// (LD_PRELOAD `lie`). write: the size does not advance. pwrite: the erasing did not happen. truncate: the
// fragment is still there. setlease: the lease is not held. Nothing may be acknowledged that is not there.
// Not here: a sync that lies (row 8), which no program can notice, and a lying pread, which is bad memory.

import { runEveryCall } from '../support/every_call.mjs'
import { Tally } from '../support/tally.mjs'

export const number = 5
export const title = 'the kernel lies'
export const mustHold = 'noticed'
export const eachCommit = 20
/** All points of one file system: there are so few. */
export const fits = 200

const lying = new Set(['write', 'pwrite', 'truncate', 'setlease', 'getlease', 'unlease', 'setsig', 'setlk'])

export async function run({ count = fits, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  const bounds = seconds === undefined ? { count } : { count: Infinity, seconds }
  await runEveryCall({
    tally,
    effects: (call) => (lying.has(call) ? ['lie'] : []),
    forever: false,
    ...bounds,
    seed,
    log,
  })
  tally.need('ERR_WRITE_CONTRADICTED')
  return tally.result()
}
