// The charts: candidates as dots with the range of their quartiles, on a scale of powers of ten where they lie far
// apart; lines where something is to be flat. Drawn by Observable Plot on a document of jsdom.

import * as Plot from '@observablehq/plot'
import { JSDOM } from 'jsdom'
import { formatValue } from '../lib/format.mjs'
import { summarise } from '../lib/statistics.mjs'
import { kinds, themes } from './theme.mjs'

const width = 760
const labelsWidth = 290

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

function frame(theme, unit, more) {
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

function dots(work, { metric, cases }, theme) {
  const { label, unit } = work.metrics[metric]
  const data = points(work, metric, cases)
  if (data.length === 0) return null
  const wide = isWide(data)
  const several = new Set(data.map(({ name }) => name)).size > 1
  // Labels are names of one case only, so that each case can have an order of its own.
  const key = ({ name, label }) => `${name}\u0000${label}`
  const rows = data.length + (several ? 2 * new Set(data.map(({ name }) => name)).size : 0)
  const names = [...new Set(data.map(({ name }) => name))]
  const domain = names.flatMap((name) => [
    ...(several ? [`${name}\u0000`] : []),
    ...data.filter((one) => one.name === name).map(key),
  ])
  const fill = ({ kind }) => kinds[kind]
  const [least, most] = [Math.min(...data.map(({ q1 }) => q1)), Math.max(...data.map(({ q3 }) => q3))]
  const x = {
    label: `${label}${wide ? ' (powers of ten)' : ''}, less is better`,
    labelArrow: 'none',
    labelAnchor: 'left',
    type: wide ? 'log' : 'linear',
    domain: wide ? [least / 1.3, most * 2.5] : [Math.min(0, least), most * 1.15],
    tickFormat: (value) => (wide && !/^1/.test(value.toExponential()) ? '' : formatValue(value, unit)),
    ticks: wide ? undefined : 6,
    nice: false,
    grid: true,
  }
  return Plot.plot(
    frame(theme, unit, {
      height: 60 + 24 * rows,
      marginLeft: labelsWidth,
      marginTop: 12,
      marginBottom: 44,
      x,
      y: {
        domain,
        label: null,
        tickSize: 0,
        tickFormat: (value) => {
          const [name, label] = value.split('\u0000')
          return label === '' ? `${name}:` : label
        },
      },
      marks: [
        Plot.gridX({ stroke: theme.faint, strokeOpacity: 1 }),
        Plot.ruleY(data, { x1: 'q1', x2: 'q3', y: key, stroke: fill, strokeWidth: 2.5 }),
        Plot.dot(data, {
          x: 'median',
          y: key,
          fill,
          r: ({ kind }) => (kind === 'ours' ? 6 : 4),
          symbol: fill,
        }),
        Plot.text(data, {
          x: 'q3',
          y: key,
          text: ({ median }) => formatValue(median, unit),
          textAnchor: 'start',
          dx: 10,
          fontWeight: 600,
        }),
      ],
      symbol: { domain: Object.values(kinds), range: ['circle', 'square', 'triangle', 'diamond'] },
      r: { type: 'identity' },
    }),
  )
}

function flat(work, { metric, cases }, theme) {
  const { label, unit } = work.metrics[metric]
  const data = points(work, metric, cases)
  if (data.length === 0) return null
  const names = (cases ?? work.cases.map(({ name }) => name)).filter((name) =>
    data.some((one) => one.name === name),
  )
  const highest = Math.max(...data.map(({ q3 }) => q3))
  const ends = data.filter(({ name }) => name === names.at(-1))
  const stroke = ({ kind }) => kinds[kind]
  return Plot.plot(
    frame(theme, unit, {
      height: 280,
      marginLeft: 80,
      marginRight: 230,
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
        Plot.gridY({ stroke: theme.faint, strokeOpacity: 1 }),
        Plot.ruleX(data, { x: 'name', y1: 'q1', y2: 'q3', stroke, strokeWidth: 2.5 }),
        Plot.line(data, { x: 'name', y: 'median', z: 'label', stroke, strokeWidth: 2 }),
        Plot.dot(data, { x: 'name', y: 'median', fill: stroke, symbol: stroke, r: 4 }),
        Plot.text(ends, {
          x: 'name',
          y: 'median',
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

function samples(work, { unit, label }, theme) {
  const [{ parameters, results }] = work.cases
  const data = results.flatMap(({ label, kind, samples = [] }) =>
    samples.map((value, i) => ({ label, kind, value, at: ((i + 1) / samples.length) * parameters.records })),
  )
  if (data.length === 0) return null
  const ends = data.filter(({ at }) => at === parameters.records)
  const stroke = ({ kind }) => kinds[kind]
  return Plot.plot(
    frame(theme, unit, {
      height: 280,
      marginLeft: 80,
      marginRight: 230,
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
        domain: [0, Math.max(...data.map(({ value }) => value)) * 1.1],
        tickFormat: (value) => formatValue(value, unit),
        ticks: 5,
      },
      marks: [
        Plot.gridY({ stroke: theme.faint, strokeOpacity: 1 }),
        Plot.line(data, { x: 'at', y: 'value', z: 'label', stroke, strokeWidth: 2 }),
        Plot.text(ends, { x: 'at', y: 'value', text: 'label', textAnchor: 'start', dx: 8, fill: theme.text }),
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
  const drawn = Object.entries(themes).map(([name, theme]) => [name, draw(work, chart, theme)])
  if (drawn.some(([, plot]) => plot === null)) return null
  return Object.fromEntries(drawn.map(([name, plot]) => [name, svgText(plot)]))
}

function svgText(plot) {
  // As a file of its own it needs its namespace.
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return `${plot.outerHTML}\n`
}
