// Counting instructions: reading callgrind's output, and comparing with the baseline.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instructionsByObject } from '../../bench/instructions/callgrind-output.mjs'
import { compare } from '../../bench/instructions/compare.mjs'

const output = `# callgrind format
events: Ir
summary: 1111

ob=(1) /usr/bin/node
fl=(1) a.cc
fn=(1) run
10 100
+3 20
cob=(2) /x/wholeline.node
cfn=(2) Write
calls=4 0
* 5000
+1 7

ob=(2)
fn=(2)
0 300
ob=(3) ???
fn=(9) ???
0 40
* 4

totals: 1111
`

test('instructions count where they were executed, not where they were called from', () => {
  assert.deepEqual(
    [...instructionsByObject(output)],
    [
      ['/usr/bin/node', 127],
      ['/x/wholeline.node', 300],
      ['???', 44],
    ],
  )
})

const baseline = { append: { total: 1000, addon: 10 } }
const verdicts = (counted) => compare(baseline, counted).rows.map(({ verdict }) => verdict)

test('within 5 % is the same; beyond it, more and fewer are both told', () => {
  assert.deepEqual(verdicts({ append: { total: 1050, addon: 10 } }), ['same', 'same'])
  assert.deepEqual(verdicts({ append: { total: 1051, addon: 10 } }), ['more', 'same'])
  assert.deepEqual(verdicts({ append: { total: 949, addon: 10 } }), ['fewer', 'same'])
  assert.equal(compare(baseline, { append: { total: 1051, addon: 10 } }).wrong.length, 1)
})

test('a part of few instructions may differ by a few', () => {
  assert.deepEqual(verdicts({ append: { total: 1000, addon: 13 } }), ['same', 'same'])
  assert.deepEqual(verdicts({ append: { total: 1000, addon: 14 } }), ['same', 'more'])
})

test('what has no baseline is not passed over', () => {
  assert.deepEqual(compare({}, { append: { total: 1 } }).wrong.length, 1)
})
