// row_03_every_call_for_good.mjs: each call of each scenario fails from the n-th on, so the rollback fails
// too; then it is healed, and the recorder must go on (LD_PRELOAD, as in row 2).

import { runEveryCall } from '../support/every_call.mjs'
import { Tally } from '../support/tally.mjs'
import { errnos } from './row_02_every_call_once.mjs'

export const number = 3
export const title = 'every call fails from the n-th on, then healed'
export const mustHold = 'N, goes on when healed'
export const eachCommit = 5_000

/** EINTR for ever is a kernel that hangs: write(2) is tried again, rightly, until it takes effect. */
const lasting = errnos.filter((errno) => errno !== 'EINTR')

/** An open that is refused with EAGAIN waits for somebody's lease, up to fs.lease-break-time: 45 s a point. */
const effects = (call) => lasting.filter((errno) => call !== 'open' || errno !== 'EAGAIN')

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  const bounds = seconds === undefined ? { count } : { count: Infinity, seconds }
  await runEveryCall({ tally, effects, forever: true, ...bounds, seed, log })
  tally.need('pending')
  return tally.result()
}
