// The charts: candidates as dots with the range of their quartiles, on a scale of powers of ten where they lie far
// apart; lines where something is to be flat. Drawn by Observable Plot on a document of jsdom.

import * as Plot from '@observablehq/plot'
import { JSDOM } from 'jsdom'
import { formatValue } from '../lib/format.mjs'
import { summarise } from '../lib/statistics.mjs'
import { kinds, themes } from './theme.mjs'

const width = 760
/** Of a letter, about, in the font of the charts. */
const letterWidth = 6.8
const leastEndsWidth = 230
const leastLabelsWidth = 290

/** Every measured candidate of these cases, the fastest first. */
function points(work, metric, names) {
  const cases = names === undefined ? work.cases : work.cases.filter(({ name }) => names.includes(name))
  return cases.flatMap(({ name, results }) =>
    results
      .filter(({ rounds }) => rounds[metric] !== undefined)
      .map(({ label, kind, rounds }) => ({ name, label, kind, ...summarise(rounds[metric]) }))
      .toSorted((a, b) => a.median - b.median),
  )
}

function colours(theme) {
  const used = Object.keys(kinds)
  return { domain: used.map((kind) => kinds[kind]), range: used.map((kind) => theme[kind]) }
}

function isWide(data) {
  const values = data.map(({ median }) => median)
  return Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > 12
}

function frame(theme, more) {
  const { document } = new JSDOM('').window
  return {
    document,
    width,
    style: {
      background: theme.ground,
      color: theme.text,
      fontSize: '12px',
      fontFamily: 'system-ui, sans-serif',
    },
    color: { ...colours(theme), legend: false },
    ...more,
  }
}

/** Grid lines of a scale of powers of ten: the powers, and where that are too few, steps between them. */
function powers(least, most) {
  const all = (steps) =>
    Array.from({ length: 40 }, (_, i) => 10 ** (i - 12)).flatMap((power) => steps.map((step) => step * power))
  const within = (steps) => all(steps).filter((value) => value >= least && value <= most)
  return within([1]).length > 2 ? within([1]) : within([1, 2])
}

function dots(work, { metric, cases: [name] }, theme) {
  const { label, unit } = work.metrics[metric]
  const data = points(work, metric, [name])
  if (data.length === 0) return null
  const wide = isWide(data)
  const stroke = ({ kind }) => kinds[kind]
  const [least, most] = [Math.min(...data.map(({ q1 }) => q1)), Math.max(...data.map(({ q3 }) => q3))]
  const domain = wide ? [least / 1.3, most * 3] : [Math.min(0, least), most * 1.2]
  const x = {
    label: `${name}: ${label.toLowerCase()}${wide ? ' (in powers of ten)' : ''}, less is better`,
    labelArrow: 'none',
    labelAnchor: 'left',
    labelOffset: 38,
    type: wide ? 'log' : 'linear',
    domain,
    ticks: wide ? powers(...domain) : 6,
    tickFormat: (value) => formatValue(value, unit),
  }
  const longest = Math.max(...data.map(({ label }) => label.length))
  const labelsWidth = Math.max(leastLabelsWidth, Math.ceil(longest * letterWidth) + 12)
  const symbol = { domain: Object.values(kinds), range: ['circle', 'square', 'triangle', 'diamond'] }
  return Plot.plot(
    frame(theme, {
      width: width - leastLabelsWidth + labelsWidth,
      height: 70 + 24 * data.length,
      marginLeft: labelsWidth,
      marginRight: 30,
      marginTop: 12,
      marginBottom: 48,
      x,
      y: { domain: data.map(({ label }) => label), label: null, tickSize: 0 },
      symbol,
      r: { type: 'identity' },
      marks: [
        Plot.gridX({ stroke: theme.faint, strokeOpacity: 1, ...(wide && { ticks: powers(...domain) }) }),
        Plot.ruleY(data, { x1: 'q1', x2: 'q3', y: 'label', stroke, strokeWidth: 2.5 }),
        Plot.dot(data, { x: 'median', y: 'label', fill: stroke, symbol: stroke, r: radius }),
        Plot.text(data, {
          x: 'q3',
          y: 'label',
          text: ({ median }) => formatValue(median, unit),
          textAnchor: 'start',
          dx: 10,
          fontWeight: 600,
          // Grid lines do not go through it.
          stroke: theme.ground,
          strokeWidth: 4,
          fill: theme.text,
        }),
      ],
    }),
  )
}

function radius({ kind }) {
  return kind === 'ours' ? 6 : 4.5
}

/** Names at the ends of lines, moved apart where they would stand on each other. */
function endLabels(ends, highest, height) {
  const apart = (highest / height) * 16
  let last = -Infinity
  return ends
    .toSorted((a, b) => a.at - b.at)
    .map((end) => {
      last = Math.max(end.at, last + apart)
      return { ...end, at: last }
    })
}

/** Room for the names of lines at their ends: the margin, and the picture's width with it. */
function roomForEnds(ends) {
  const longest = Math.max(...ends.map(({ label }) => label.length))
  const marginRight = Math.max(leastEndsWidth, Math.ceil(longest * letterWidth) + 24)
  return { marginRight, width: width - leastEndsWidth + marginRight }
}

function flat(work, { metric, cases }, theme) {
  const { label, unit } = work.metrics[metric]
  const data = points(work, metric, cases)
  if (data.length === 0) return null
  const names = (cases ?? work.cases.map(({ name }) => name)).filter((name) =>
    data.some((one) => one.name === name),
  )
  const highest = Math.max(...data.map(({ q3 }) => q3))
  const ends = data
    .filter(({ name }) => name === names.at(-1))
    .map(({ name, label, median }) => ({ name, label, at: median }))
  const stroke = ({ kind }) => kinds[kind]
  return Plot.plot(
    frame(theme, {
      height: 280,
      marginLeft: 80,
      ...roomForEnds(ends),
      marginTop: 32,
      marginBottom: 40,
      x: { type: 'point', domain: names, label: null, tickSize: 0 },
      y: {
        label,
        labelArrow: 'none',
        domain: [0, highest * 1.1],
        ticks: 5,
        tickFormat: (value) => formatValue(value, unit),
        grid: true,
      },
      marks: [
        Plot.gridY({ stroke: theme.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.ruleX(data, { x: 'name', y1: 'q1', y2: 'q3', stroke, strokeWidth: 2.5 }),
        Plot.line(data, { x: 'name', y: 'median', z: 'label', stroke, strokeWidth: 2 }),
        Plot.dot(data, { x: 'name', y: 'median', fill: stroke, symbol: stroke, r: 4 }),
        Plot.text(endLabels(ends, highest * 1.1, 208), {
          x: 'name',
          y: 'at',
          text: 'label',
          textAnchor: 'start',
          dx: 12,
          fill: theme.text,
        }),
      ],
      symbol: { domain: Object.values(kinds), range: ['circle', 'square', 'triangle', 'diamond'] },
    }),
  )
}

function samples(work, { cases, unit, label }, theme) {
  const { parameters, results } = work.cases.find(({ name }) => name === cases[0])
  const data = results.flatMap(({ label, kind, samples = [] }) =>
    samples.map((value, i) => ({ label, kind, value, at: ((i + 1) / samples.length) * parameters.records })),
  )
  if (data.length === 0) return null
  const ends = data
    .filter(({ at }) => at === parameters.records)
    .map(({ label, at, value }) => ({ label, x: at, at: value }))
  const stroke = ({ kind }) => kinds[kind]
  const highest = Math.max(...data.map(({ value }) => value))
  return Plot.plot(
    frame(theme, {
      height: 280,
      marginLeft: 80,
      ...roomForEnds(ends),
      marginTop: 32,
      marginBottom: 44,
      x: {
        label: 'Records, millions',
        labelArrow: 'none',
        tickFormat: (value) => String(value / 1e6),
        ticks: 5,
      },
      y: {
        label,
        labelArrow: 'none',
        domain: [0, highest * 1.1],
        tickFormat: (value) => formatValue(value, unit),
        ticks: 5,
      },
      marks: [
        Plot.gridY({ stroke: theme.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.line(data, { x: 'at', y: 'value', z: 'label', stroke, strokeWidth: 2 }),
        Plot.text(endLabels(ends, highest * 1.1, 204), {
          x: 'x',
          y: 'at',
          text: 'label',
          textAnchor: 'start',
          dx: 8,
          fill: theme.text,
        }),
      ],
    }),
  )
}

function draw(work, chart, theme) {
  if (chart.samples) return samples(work, chart, theme)
  return chart.lines ? flat(work, chart, theme) : dots(work, chart, theme)
}

/** The chart as SVG for both themes; null: nothing was measured. */
export function drawChart(work, chart) {
  const drawn = Object.entries(themes).map(([name, theme]) => [name, theme, draw(work, chart, theme)])
  if (drawn.some(([, , plot]) => plot === null)) return null
  return Object.fromEntries(drawn.map(([name, theme, plot]) => [name, svgText(plot, theme)]))
}

/** As a file of its own it needs its namespace, and a ground that is drawn and not only styled. */
function svgText(plot, theme) {
  const namespace = 'http://www.w3.org/2000/svg'
  plot.setAttribute('xmlns', namespace)
  const ground = plot.ownerDocument.createElementNS(namespace, 'rect')
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', fill: theme.ground })) {
    ground.setAttribute(name, value)
  }
  plot.insertBefore(ground, plot.firstChild)
  return `${plot.outerHTML}\n`
}
