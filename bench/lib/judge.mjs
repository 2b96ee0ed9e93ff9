// How a result stands to the marks (marks.mjs).

import { marks } from './marks.mjs'
import { differences, mediansOfParts, ratios, summarise } from './statistics.mjs'

function caseOf(works, [letter, name]) {
  const work = works.find(({ id }) => id === letter)
  return work?.cases.find((one) => name === null || one.name === name)
}

function resultsOf(works, name) {
  return caseOf(works, name)?.results ?? []
}

/** What was measured, turn by turn; null: it was not made, or not whole. A case of null is the work's only one. */
export function roundsOf(works, [letter, name, candidate, metric]) {
  const result = resultsOf(works, [letter, name]).find((one) => one.candidate === candidate)
  return result?.rounds[metric] ?? null
}

/** All measurements that are named. */
function namesIn(works, names) {
  if (names.rivalsIn === undefined) return names
  const rivals = resultsOf(works, names.rivalsIn).filter(({ kind }) => kind !== 'ours' && kind !== 'limit')
  return rivals.map(({ candidate }) => [...names.rivalsIn, candidate, names.metric])
}

/** The name of the best of them; null: none was measured. */
function best(works, names) {
  const measured = namesIn(works, names).filter((name) => roundsOf(works, name) !== null)
  const medianOf = (name) => summarise(roundsOf(works, name)).median
  return measured.toSorted((x, y) => medianOf(x) - medianOf(y))[0] ?? null
}

function flatness(works, names) {
  const all = names.map((name) => roundsOf(works, name))
  if (all.includes(null)) return null
  const medians = all.map((rounds) => summarise(rounds).median)
  return [Math.max(...medians) / Math.min(...medians)]
}

/** What a mark speaks of, turn by turn; null: it was not measured. */
function valuesOf(works, mark) {
  if (mark.flat !== undefined) return flatness(works, mark.of)
  const of = roundsOf(works, mark.of)
  if (of === null || mark.value !== undefined) return of
  const against = best(works, mark.than)
  const than = against === null ? null : roundsOf(works, against)
  if (than?.length !== of.length) return null
  if (mark.more !== undefined) return differences(of, than)
  return mark.times === undefined ? ratios(than, of) : ratios(of, than)
}

/** What the best of several is called; null where there was no choice. */
function rivalOf(works, { than }) {
  if (than === undefined || than.length === 1) return null
  const against = best(works, than)
  if (against === null) return null
  return resultsOf(works, against).find(({ candidate }) => candidate === against[2])?.label ?? null
}

/** The mark as what is its limit stands to it; null: there is none, or it was not measured. */
function limitOf(works, mark) {
  if (mark.limit === undefined) return null
  // One name, or several; of those that are to be flat all.
  const isOne = mark.flat !== undefined || !Array.isArray(mark.limit[0])
  const limit = isOne ? mark.limit : best(works, mark.limit)
  return limit === null ? null : { ...mark, of: limit }
}

function meets(mark, value) {
  const bound = boundOf(mark)
  return mark.faster === undefined ? value <= bound : value >= bound
}

function boundOf(mark) {
  return mark.times ?? mark.faster ?? mark.flat ?? mark.more ?? mark.value
}

/** Of how many rounds the median meets the mark; null: they are not known, or there are none. */
function roundsThatMeet(works, mark, values) {
  if (mark.flat !== undefined || values === null) return null
  const medians = mediansOfParts(values, caseOf(works, mark.of).rounds)
  if (medians === null) return null
  return { met: medians.filter((value) => meets(mark, value)).length, all: medians.length }
}

/** Whether some of the rounds meet a mark and some do not: the more they disagree, the more the median is chance. */
export function isDisputed(rounds) {
  return rounds !== null && rounds.met > 0 && rounds.met < rounds.all
}

/**
 * How the result stands to one mark; `met` is null where it was not measured. `beyond`: it is not met, and the limit
 * does not meet it either. Of both is said how many rounds meet it.
 */
export function judge(works, mark) {
  const values = valuesOf(works, mark)
  const reached = values === null ? { median: null, q1: null, q3: null } : summarise(values)
  const met = values === null ? null : meets(mark, reached.median)
  const limitMark = limitOf(works, mark)
  const limitValues = limitMark === null ? null : valuesOf(works, limitMark)
  const limit = limitValues === null ? null : summarise(limitValues).median
  const { text, unit = '×', limitText = 'the system calls alone' } = mark
  return {
    mark: mark.mark,
    text,
    bound: boundOf(mark),
    least: mark.faster !== undefined,
    unit,
    ...reached,
    rounds: roundsThatMeet(works, mark, values),
    rival: rivalOf(works, mark),
    limit,
    limitRounds: limitMark === null ? null : roundsThatMeet(works, limitMark, limitValues),
    limitText,
    met,
    beyond: met === false && limit !== null && !meets(mark, limit),
  }
}

export function judgeAll(works) {
  return marks.map((mark) => judge(works, mark))
}
