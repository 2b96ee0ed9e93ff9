// The delay of the event loop, as work F measures it: from outside, so that whatever keeps the loop busy is seen.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventLoopDelay } from '../../bench/lib/event-loop.mjs'

const busyNs = 60e6

function keepBusy() {
  const until = process.hrtime.bigint() + BigInt(busyNs)
  while (process.hrtime.bigint() < until);
}

/** At least: what is sent each half millisecond waits for as long as is left of the time. */
const nearlyAll = busyNs - 5e6

test('a loop that was kept busy shows for how long, though it ends before it gets to what came', async () => {
  const loop = await EventLoopDelay.start()
  loop.begin()
  keepBusy()
  const { delayP50, delayP99, delayMax } = await loop.end()
  assert.ok(delayMax >= nearlyAll, `${delayMax}`)
  assert.ok(delayP99 >= 0.9 * nearlyAll, `${delayP99}`)
  assert.ok(delayP50 >= 0.4 * nearlyAll, `${delayP50}`)
})

test('what was sent before it began does not count', async () => {
  const loop = await EventLoopDelay.start()
  keepBusy()
  loop.begin()
  const begun = process.hrtime.bigint()
  const { delayMax } = await loop.end()
  assert.ok(delayMax <= Number(process.hrtime.bigint() - begun), `${delayMax}`)
})
