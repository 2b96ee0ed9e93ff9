// The delay of the event loop, as work F measures it: from outside, so that whatever keeps the loop busy is seen.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventLoopDelay } from '../../bench/lib/event-loop.mjs'

function keepBusy(ns) {
  const until = process.hrtime.bigint() + BigInt(ns)
  while (process.hrtime.bigint() < until);
}

// In 300 ms the other process comes to where it cannot write, until somebody reads.
for (const busyNs of [60e6, 300e6]) {
  // What is sent each half millisecond waits for as long as is left of the time: at least so long.
  const nearlyAll = busyNs - 5e6

  test(`a loop that was kept busy for ${busyNs / 1e6} ms shows it, though it ends before it gets to what came`, async () => {
    const loop = await EventLoopDelay.start()
    loop.begin()
    keepBusy(busyNs)
    const { delayP50, delayP99, delayMax } = await loop.end()
    assert.ok(delayMax >= nearlyAll, `${delayMax}`)
    assert.ok(delayP99 >= 0.9 * nearlyAll, `${delayP99}`)
    assert.ok(delayP50 >= 0.4 * nearlyAll && delayP50 <= 0.6 * delayMax, `${delayP50}`)
  })
}

test('what was sent before it began does not count', async () => {
  const loop = await EventLoopDelay.start()
  keepBusy(60e6)
  loop.begin()
  const begun = process.hrtime.bigint()
  const { delayMax } = await loop.end()
  assert.ok(delayMax <= Number(process.hrtime.bigint() - begun), `${delayMax}`)
})
