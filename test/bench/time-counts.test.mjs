// The counts of durations that percentiles are told from.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TimeCounts } from '../../bench/lib/time-counts.mjs'

function countsOf(durations) {
  const counts = new TimeCounts()
  for (const one of durations) counts.add(one)
  return counts
}

test('a short duration is told to the nanosecond, a longer one within 0.2 %', () => {
  for (let duration = 0; duration < 2 ** 31; duration += 1 + Math.floor(duration / 7)) {
    const told = countsOf([duration]).percentile(50)
    assert.ok(told <= duration && told >= duration * (1 - 1 / 512), `${duration}: ${told}`)
    if (duration < 1024) assert.equal(told, duration)
  }
})

test('a percentile is what so many percent do not exceed', () => {
  const counts = countsOf(Array.from({ length: 1000 }, (_, i) => 1000 - i))
  assert.deepEqual(
    [0, 50, 99, 99.9, 100].map((percent) => counts.percentile(percent)),
    [1, 500, 990, 999, 1000],
  )
})

test('the longest is exact, also where it is too long to be counted or the clock went back', () => {
  const counts = countsOf([-5, 70, 5_000_000_123])
  assert.deepEqual([counts.max, counts.percentile(1), counts.percentile(50)], [5_000_000_123, 0, 70])
})

test('what two have counted is counted together', () => {
  const counts = countsOf([10, 20])
  counts.include(countsOf([30, 4000]))
  assert.deepEqual([counts.percentile(75), counts.percentile(100), counts.max], [30, 4000, 4000])
  assert.equal(new TimeCounts().percentile(99), 0)
})
