// The marks: how a result is judged against them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { candidates } from '../../bench/candidates/index.mjs'
import { isDisputed, judge, judgeAll } from '../../bench/lib/judge.mjs'
import { marks } from '../../bench/lib/marks.mjs'
import { plans } from '../../bench/lib/plans.mjs'
import { letters, loadWork } from '../../bench/works/index.mjs'

/** A result of work A with these turns by candidate; who is what kind, and in how many rounds, where that matters. */
function works(rounds, kinds = {}, number = undefined) {
  const results = Object.entries(rounds).map(([candidate, values]) => ({
    candidate,
    label: `the ${candidate} one`,
    kind: kinds[candidate],
    rounds: { ns: values },
  }))
  return [{ id: 'A', cases: [{ name: 'one', rounds: number, results }] }]
}

const of = (candidate) => ['A', 'one', candidate, 'ns']

test('a time that is too long misses its mark, one at the bound meets it', () => {
  const mark = { times: 1.25, of: of('ours'), than: [of('limit')] }
  assert.equal(judge(works({ ours: [125], limit: [100] }), mark).met, true)
  const missed = judge(works({ ours: [126], limit: [100] }), mark)
  assert.deepEqual([missed.met, missed.median], [false, 1.26])
})

test('being faster is the ratio of the speeds, against the best of several', () => {
  const mark = { faster: 2, of: of('ours'), than: [of('slow'), of('quick')] }
  assert.equal(judge(works({ ours: [10], slow: [100], quick: [19] }), mark).met, false)
  const met = judge(works({ ours: [10], slow: [100], quick: [30] }), mark)
  assert.deepEqual([met.met, met.median], [true, 3])
})

test('being so much more is the difference in each round', () => {
  const mark = { more: 5, unit: 'ns', of: of('ours'), than: [of('other')], limit: of('calls') }
  const rounds = { other: [10, 100, 20], calls: [10, 100, 20] }
  const met = judge(works({ ours: [15, 90, 40], ...rounds }), mark)
  assert.deepEqual([met.met, met.median, met.limit], [true, 5, 0])
  assert.equal(judge(works({ ours: [16, 106, 20], ...rounds }), mark).met, false)
})

test('among rivals is every candidate of the case but ours and bare calls, and the best is named', () => {
  const mark = { faster: 1, of: of('ours'), than: { rivalsIn: ['A', 'one'], metric: 'ns' } }
  const kinds = { ours: 'ours', variant: 'ours', calls: 'limit', node: 'plain', package: 'peer' }
  const rounds = { ours: [10], variant: [1], calls: [1], node: [8], package: [9] }
  const behindNode = judge(works(rounds, kinds), mark)
  assert.deepEqual([behindNode.met, behindNode.median, behindNode.rival], [false, 0.8, 'the node one'])
  const behindPackage = judge(works({ ...rounds, node: [20] }, kinds), mark)
  assert.deepEqual([behindPackage.met, behindPackage.rival], [false, 'the package one'])
  assert.equal(judge(works({ ...rounds, node: [20], package: [30] }, kinds), mark).met, true)
  // Nobody there to be ahead: that shows nothing.
  assert.equal(judge(works({ ours: [10], calls: [1] }, kinds), mark).met, null)
})

test('of several limits the best counts', () => {
  const mark = { times: 2, of: of('ours'), than: [of('least')], limit: [of('slow'), of('quick')] }
  const judged = judge(works({ ours: [30], least: [10], slow: [90], quick: [15] }), mark)
  assert.deepEqual([judged.met, judged.limit, judged.rival], [false, 1.5, null])
})

test('a mark that is missed is beyond the limit where that misses it, too', () => {
  const mark = { times: 1.2, of: of('ours'), than: [of('least')], limit: of('calls') }
  const beyondOf = (rounds) => judge(works({ least: [10], ...rounds }), mark).beyond
  assert.equal(beyondOf({ ours: [15], calls: [13] }), true)
  assert.equal(beyondOf({ ours: [15], calls: [12] }), false)
  assert.equal(beyondOf({ ours: [15] }), false)
  assert.equal(beyondOf({ ours: [12], calls: [13] }), false)
  // A limit that was not measured excuses nothing, not even where it would have to be large.
  const faster = { faster: 2, of: of('ours'), than: [of('least')], limit: of('calls') }
  assert.equal(judge(works({ ours: [10], least: [10] }), faster).beyond, false)
})

test('of how many rounds the median meets a mark is said of what is measured and of its limit', () => {
  const mark = { times: 1.2, of: of('ours'), than: [of('least')], limit: of('calls') }
  const rounds = {
    ours: [12, 12, 14, 14, 11, 15],
    calls: [9, 9, 9, 9, 9, 9],
    least: [10, 10, 10, 10, 10, 10],
  }
  const judged = judge(works(rounds, {}, 3), mark)
  assert.deepEqual(
    [judged.met, judged.rounds, judged.limitRounds],
    [false, { met: 1, all: 3 }, { met: 3, all: 3 }],
  )
  const faster = { faster: 2, of: of('quick'), than: [of('slow')] }
  const speeds = { quick: [10, 10, 10, 10], slow: [10, 19, 20, 40] }
  assert.deepEqual(judge(works(speeds, {}, 4), faster).rounds, { met: 2, all: 4 })
  assert.deepEqual([isDisputed(judged.rounds), isDisputed(judged.limitRounds)], [true, false])
  assert.equal(isDisputed({ met: 0, all: 3 }), false)
})

test('where the rounds are not known nothing is said of them', () => {
  const mark = { times: 1.2, of: of('ours'), than: [of('least')] }
  const rounds = { ours: [12, 14], least: [10, 10] }
  assert.equal(judge(works(rounds), mark).rounds, null)
  assert.equal(judge(works(rounds, {}, 3), mark).rounds, null)
  assert.equal(judge(works(rounds, {}, 2), { flat: 2, of: [of('ours'), of('least')] }).rounds, null)
  assert.equal(isDisputed(null), false)
})

test('what was not measured is neither met nor missed', () => {
  const mark = { times: 1, of: of('ours'), than: [of('limit')] }
  assert.equal(judge(works({ limit: [1] }), mark).met, null)
  assert.equal(judge(works({ ours: [1] }), mark).met, null)
  assert.equal(judge([], mark).met, null)
  // One that failed in some round.
  assert.equal(judge(works({ ours: [1, 1], limit: [1] }), mark).met, null)
})

test('flat is the largest to the smallest, with what bare calls reach beside it', () => {
  const mark = { flat: 1.2, of: [of('a'), of('b'), of('c')], limit: [of('a'), of('c')] }
  const judged = judge(works({ a: [10, 10], b: [13, 13], c: [11, 11] }), mark)
  assert.deepEqual([judged.met, judged.median, judged.limit], [false, 1.3, 1.1])
  assert.equal(judge(works({ a: [10], b: [13] }), mark).met, null)
})

test('a value is compared as it is', () => {
  const mark = { value: 120, unit: 'ns', of: of('ours') }
  assert.equal(judge(works({ ours: [100, 120, 900] }), mark).met, true)
  assert.equal(judge(works({ ours: [121] }), mark).met, false)
})

/** Whatever a mark speaks of, with a value for each. */
async function fullResult() {
  const all = []
  for (const letter of letters) {
    const work = await loadWork(letter)
    const rounds = Object.fromEntries(Object.keys(work.metrics).map((metric) => [metric, [1, 1, 1]]))
    const cases = work.cases(plans.full).flatMap(({ name, parts = [name], candidates: ids }) => {
      const results = ids.map((id) => ({ candidate: id, kind: candidates[id].kind, rounds }))
      return parts.map((part) => ({ name: part, results }))
    })
    all.push({ id: letter, cases })
  }
  return all
}

test('every mark and every limit speaks of what a full run measures, and all eight are there', async () => {
  const judged = judgeAll(await fullResult())
  assert.deepEqual(
    judged.filter(({ met }) => met === null).map(({ text }) => text),
    [],
  )
  assert.deepEqual(
    judged.filter(({ limit }, i) => limit === null && marks[i].limit !== undefined).map(({ text }) => text),
    [],
  )
  assert.deepEqual([...new Set(marks.map(({ mark }) => mark))], [1, 2, 3, 4, 5, 6, 7, 8])
})

test('every candidate of every work is known', async () => {
  for (const letter of letters) {
    const work = await loadWork(letter)
    for (const one of work.cases(plans.full)) {
      for (const id of one.candidates) assert.ok(id in candidates, `${letter}: ${id}`)
    }
  }
})
