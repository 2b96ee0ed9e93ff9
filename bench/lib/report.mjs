// What the run prints: a table for each case, and the marks.

import { formatDispute, formatValue, formatVerdict } from './format.mjs'
import { isDisputed } from './judge.mjs'
import { ratios, summarise } from './statistics.mjs'

/** How the candidate's time stands to ours, round by round; null: nothing to compare. */
export function ratioToOurs(results, result, metric) {
  const ours = results.find(({ kind, rounds }) => kind === 'ours' && rounds[metric] !== undefined)
  if (ours === undefined || ours === result) return null
  const [rounds, own] = [result.rounds[metric], ours.rounds[metric]]
  return rounds?.length === own.length ? summarise(ratios(rounds, own)).median : null
}

function rowOf(results, result, metrics) {
  const [first, ...others] = Object.keys(metrics).filter((metric) => result.rounds[metric] !== undefined)
  const cells = [result.label]
  if (first === undefined) cells.push('', '', '')
  else {
    const { unit } = metrics[first]
    const { median, q1, q3 } = summarise(result.rounds[first])
    const ratio = ratioToOurs(results, result, first)
    cells.push(formatValue(median, unit), `${formatValue(q1, unit)} – ${formatValue(q3, unit)}`)
    cells.push(ratio === null ? '' : `${ratio.toFixed(2)} × ours`)
  }
  const more = others.map((metric) => {
    const { label, unit } = metrics[metric]
    return `${label}: ${formatValue(summarise(result.rounds[metric]).median, unit)}`
  })
  return { cells: [...cells, formatVerdict(result)], more }
}

export function caseText(work, { name, results }) {
  const rows = results.map((result) => rowOf(results, result, work.metrics))
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map(({ cells }) => cells[column].length)))
  const lines = rows.flatMap(({ cells, more }) => [
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i] ?? 0))).join('  ')}`,
    ...more.map((text) => `      ${text}`),
  ])
  const failures = results.flatMap(({ label, failure }) =>
    failure === undefined ? [] : [`  ${label}: ${failure}`],
  )
  return [`${work.id}: ${work.title}, ${name}`, ...lines, ...failures].join('\n')
}

function verdictOf({ met, beyond, limitRounds }) {
  if (met === null) return 'not measured'
  if (met) return 'met'
  if (beyond) return 'limit misses'
  return isDisputed(limitRounds) ? 'limit in some' : 'NOT MET'
}

/**
 * "limit misses": it is not met, and what stands beside it as the limit does not meet it either; "limit in some": that
 * meets it in some of its rounds.
 */
export function markText(judged) {
  const { mark, text, bound, least, unit, median, q1, q3, rounds, rival, limit, limitRounds, limitText } =
    judged
  const verdict = verdictOf(judged)
  if (median === null) return `  ${mark}  ${verdict.padEnd(15)}${text}`
  const spread = q1 === q3 ? '' : ` (${formatValue(q1, unit)} – ${formatValue(q3, unit)})`
  const aim = `${least ? 'at least' : 'at most'} ${formatValue(bound, unit)}`
  const against = rival === null ? '' : ` against ${rival}`
  const beside =
    limit === null ? '' : `; ${limitText}: ${formatValue(limit, unit)}${formatDispute(limitRounds)}`
  return `  ${mark}  ${verdict.padEnd(15)}${text}: ${formatValue(median, unit)}${spread}${against}${formatDispute(rounds)}, ${aim}${beside}`
}
