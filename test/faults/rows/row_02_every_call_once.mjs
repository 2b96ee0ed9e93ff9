// row_02_every_call_once.mjs: each call of each scenario fails once, with each errno (LD_PRELOAD on the
// shipped addon: lab/preload.c), then all is well again. The scenarios are in support/scenarios.mjs.

import { runEveryCall } from '../support/every_call.mjs'
import { Tally } from '../support/tally.mjs'

export const number = 2
export const title = 'every call of every scenario fails once'
export const mustHold = 'W N O L S'
export const eachCommit = 20_000

export const errnos = ['EIO', 'ENOSPC', 'EDQUOT', 'EINTR', 'EAGAIN', 'EFBIG', 'ESTALE', 'EPERM', 'ENOMEM']

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  const bounds = seconds === undefined ? { count } : { count: Infinity, seconds }
  await runEveryCall({ tally, effects: () => errnos, forever: false, ...bounds, seed, log })
  return tally.result()
}
