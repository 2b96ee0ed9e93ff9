// The text of docs/benchmarks.md from a result: pure, so that it can be tested.

import { whereOthersAreAhead } from '../lib/ahead.mjs'
import { formatDispute, formatValue, formatVerdict } from '../lib/format.mjs'
import { isDisputed } from '../lib/judge.mjs'
import { ratioToOurs } from '../lib/report.mjs'
import { summarise } from '../lib/statistics.mjs'
import { kinds } from './theme.mjs'

function tableRow(cells) {
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
}

function table(head, rows) {
  return [tableRow(head), tableRow(head.map(() => '---')), ...rows.map(tableRow)].join('\n')
}

function machineTable({ date, plan, seconds, machine, transcripts }) {
  const { type, options } = machine.fileSystem
  const packages = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`)
  return table(
    ['what', 'which'],
    [
      ['date', `${date.slice(0, 10)}; ${plan} run of ${Math.round(seconds / 6) / 10} minutes`],
      ['processor', `${machine.cpu}, ${machine.cores} cores, ${machine.architecture}`],
      ['memory', formatValue(machine.memoryBytes, 'B')],
      ['system', `${machine.system}, Linux ${machine.kernel}`],
      ['file system', `${type} (${options})`],
      ['load before', machine.loadBefore.toFixed(2)],
      ['Node', machine.node],
      ['compiler of the C++ programs', machine.compiler ?? 'none'],
      ['commit', machine.commit ?? 'unknown'],
      ['transcripts', transcripts],
      ['packages', packages.join(', ')],
    ],
  )
}

function range({ median, q1, q3 }, unit) {
  return q1 === q3
    ? formatValue(median, unit)
    : `${formatValue(median, unit)} (${formatValue(q1, unit)} – ${formatValue(q3, unit)})`
}

function verdictOf({ met, beyond, rounds, limitRounds }) {
  if (met === null) return 'not measured'
  if (met) return isDisputed(rounds) ? `✅ met, in ${rounds.met} of ${rounds.all} rounds` : '✅ met'
  if (beyond) return '❌ not met, nor by the limit'
  if (!isDisputed(limitRounds)) return '❌ **not met**'
  return `❌ not met; by the limit in ${limitRounds.met} of ${limitRounds.all} rounds`
}

function markRow(judged) {
  const { mark, text, bound, least, unit, met, rounds, rival, limit, limitRounds, limitText } = judged
  const beside =
    limit === null ? '' : `; ${limitText}: ${formatValue(limit, unit)}${formatDispute(limitRounds)}`
  const against = rival === null ? '' : ` against ${rival}`
  const value = met === null ? '–' : `${range(judged, unit)}${against}${formatDispute(rounds)}${beside}`
  const aim = `${least ? '≥' : '≤'} ${formatValue(bound, unit)}`
  return [mark, text, aim, value, verdictOf(judged)]
}

function caseTable(work, { results }) {
  const metrics = Object.entries(work.metrics).filter(([metric]) =>
    results.some(({ rounds }) => rounds[metric] !== undefined),
  )
  const rows = results.map((result) => {
    const values = metrics.map(([metric, { unit }]) =>
      result.rounds[metric] === undefined ? '' : range(summarise(result.rounds[metric]), unit),
    )
    const first = metrics[0]?.[0]
    const ratio = first === undefined ? null : ratioToOurs(results, result, first)
    const name = result.kind === 'ours' ? `**${result.label}**` : result.label
    return [
      name,
      kinds[result.kind],
      ...values,
      ratio === null ? '' : `${ratio.toFixed(2)} ×`,
      formatVerdict(result),
    ]
  })
  const ratioHead = `${metrics[0]?.[1].label ?? ''}, × ours`
  return table(['', '', ...metrics.map(([, { label }]) => label), ratioHead, 'the records'], rows)
}

function picture(work, number, label) {
  const file = (theme) => `benchmarks/${chartFile(work, number, theme)}`
  return [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="${file('dark')}">`,
    `  <img alt="${label}" src="${file('light')}">`,
    '</picture>',
  ].join('\n')
}

/** The charts one by one: candidates are compared within a case, lines go from case to case. */
export function chartsOf(work) {
  return work.charts.flatMap((chart) => {
    if (chart.lines === true) return [chart]
    const names = chart.cases ?? work.cases.map(({ name }) => name)
    return names.map((name) => ({ ...chart, cases: [name] }))
  })
}

export function chartFile(work, number, theme) {
  return `${work.id.toLowerCase()}-${number + 1}-${theme}.svg`
}

function chartLabel(work, chart) {
  const label = chart.samples ? chart.label : work.metrics[chart.metric].label
  const name = chart.lines === true ? '' : `, ${chart.cases[0]}`
  return `${work.title}${name}: ${label}`
}

function section(work, drawn) {
  const pictures = chartsOf(work).flatMap((chart, i) =>
    drawn(work, i) ? [picture(work, i, chartLabel(work, chart))] : [],
  )
  const tables = work.cases.map(
    (one) => `<details>\n<summary>${one.name}</summary>\n\n${caseTable(work, one)}\n\n</details>`,
  )
  return [`## ${work.id}: ${work.title}`, work.about, ...pictures, ...tables].join('\n\n')
}

function aheadTable(works) {
  const rows = whereOthersAreAhead(works).map(({ work, name, metric, label, ratio }) => [
    `${work.id}, ${name}`,
    work.metrics[metric].label,
    label,
    `${ratio.toFixed(2)} ×`,
  ])
  return rows.length === 0
    ? 'Nowhere.'
    : table(['', 'measured', 'does better', 'of what wholeline shows'], rows)
}

function countsText(marks) {
  const count = (is) => marks.filter(is).length
  const metInSome = marks.filter(({ met, rounds }) => met === true && isDisputed(rounds)).length
  const missed = marks.filter(({ met, beyond }) => met === false && !beyond)
  const disputed = missed.filter(({ limitRounds }) => isDisputed(limitRounds)).length
  return `Of ${marks.length} marks ${count(({ met }) => met === true)} are met (${metInSome} of them not in every round), ${count(({ beyond }) => beyond)} neither by wholeline nor by the limit, ${disputed} not met where the limit meets them in some of its rounds only, ${missed.length - disputed} not met though the limit meets them or there is none, ${count(({ met }) => met === null)} not measured.`
}

/** @param drawn - (work, number) whether there is such a chart */
export function pageText(result, drawn) {
  const parts = [
    '<!-- Generated by npm run bench:page from bench/results. Do not edit. -->',
    '# Benchmarks',
    'Made by `npm run bench` on the machine below; run it on your own. The candidates of a comparison are measured in turns, A B C A B C …, in several rounds, each time in fresh processes. In A to E all candidates of a round are there at once, and have their turns of milliseconds one after another, again and again. Values are the medians of the turns, or of the rounds where there are none, with their quartiles in brackets; ratios are the medians of what the turns gave, each compared with what was measured in the same one, so they differ from the ratio of the medians beside them. In every measurement the file was read afterwards: "all there" says that each record stood in it whole, once and in order. How the parts work is told in [bench/README.md](../bench/README.md).',
    '`wholeline bench` gives a short form of this on your machine and disk.',
    machineTable(result),
    '## The marks',
    'What is aimed at, and what was reached. "≤" is a ratio of times, "≥" of speeds. Behind the value stands the limit: what the machine, or plain Node, takes for the same with nothing else done, whether it excuses the value or not; where it does not meet the aim, the aim cannot be reached that way here. The quartiles say how far single turns lie apart. Each round is judged by its own median, too, but for what is to be flat; where some rounds meet the aim and others do not, it is said how many do, of the value and of the limit: the more they disagree, the more it is chance on which side the median of all falls. In B and D lines are not checked (`validateLines: false`), as by no other candidate; by default they are, and B shows what that costs.',
    countsText(result.marks),
    table(['', 'mark', 'aim', 'reached', ''], result.marks.map(markRow)),
    '## Where others are ahead',
    'Each measure in which another package or Node alone does better, by one in a hundred at least, than the first candidate of wholeline in the same case. Where a case has lines, they are not checked (`validateLines: false`), since no other candidate checks any; what the check costs, B shows.',
    aheadTable(result.works),
    'In the charts: circles wholeline, squares what bounds all of them, mostly the bare system calls in C++, triangles Node alone, diamonds other packages; the bars reach from the lower to the upper quartile.',
    ...result.works.map((work) => section(work, drawn)),
  ]
  return `${parts.join('\n\n')}\n`
}
