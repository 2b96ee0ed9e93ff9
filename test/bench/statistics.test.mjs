// Medians, quartiles and ratios of the benchmark.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differences, mediansOfParts, quantile, ratios, summarise } from '../../bench/lib/statistics.mjs'

test('a quantile between two values is between them in proportion', () => {
  assert.equal(quantile([10, 20], 0.25), 12.5)
  assert.equal(quantile([1, 2, 3, 4, 5], 0.5), 3)
  assert.equal(quantile([7], 0.9), 7)
})

test('a summary does not depend on the order, and leaves the values as they are', () => {
  const values = [5, 1, 4, 2, 3]
  assert.deepEqual(summarise(values), { median: 3, q1: 2, q3: 4 })
  assert.deepEqual(values, [5, 1, 4, 2, 3])
})

test('numbers are sorted as numbers', () => {
  assert.equal(summarise([100, 9, 20]).median, 20)
})

test('a ratio is of what was measured in the same round, so a disturbance of both does not show', () => {
  assert.deepEqual(ratios([10, 1000, 20], [5, 500, 10]), [2, 2, 2])
  assert.deepEqual(differences([10, 1000], [4, 994]), [6, 6])
})

test('measurements of different numbers of rounds are not compared', () => {
  assert.throws(() => ratios([1, 2], [1]), /rounds/)
  assert.throws(() => quantile([], 0.5), /no values/)
})

test('the parts have a median each, in their order, and what does not fall into so many has none', () => {
  assert.deepEqual(mediansOfParts([1, 2, 9, 30, 10, 20], 2), [2, 20])
  assert.equal(mediansOfParts([1, 2, 3], 2), null)
  assert.equal(mediansOfParts([1, 2, 3], undefined), null)
  assert.equal(mediansOfParts([], 3), null)
})
