// The page that is generated from a result.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatValue, formatVerdict } from '../../bench/lib/format.mjs'
import { chartFile, pageText } from '../../bench/page/page-text.mjs'

const verdict = { records: 10, lost: 0, extra: 0, damaged: 0 }

function result(more = {}) {
  const one = (candidate, label, kind, rounds, rest) => ({
    candidate,
    label,
    kind,
    rounds: { ns: rounds },
    verdict,
    ...rest,
  })
  return {
    date: '2026-01-02T03:04:05.000Z',
    plan: 'full',
    seconds: 300,
    transcripts: 'made up',
    machine: {
      cpu: 'A processor',
      cores: 2,
      memoryBytes: 8e9,
      architecture: 'x64',
      system: 'A system',
      kernel: '6.1',
      fileSystem: { type: 'ext4', options: 'rw' },
      loadBefore: 0.5,
      node: 'v20.0.0',
      compiler: null,
      commit: 'abc',
      packages: { pino: '1.2.3' },
    },
    works: [
      {
        id: 'A',
        title: 'The title',
        about: 'About it.',
        metrics: { ns: { label: 'Time', unit: 'ns' } },
        charts: [{ metric: 'ns' }],
        cases: [
          {
            name: 'the case',
            results: [
              one('ours', 'ours', 'ours', [100, 110, 120]),
              one('peer', 'a|peer', 'peer', [300, 330, 360], more),
            ],
          },
        ],
      },
    ],
    marks: [
      {
        mark: 1,
        text: 'the mark',
        bound: 2,
        least: false,
        unit: '×',
        median: 1.5,
        q1: 1.4,
        q3: 1.6,
        rival: null,
        limit: null,
        met: true,
      },
      {
        mark: 2,
        text: 'the other',
        bound: 8,
        least: true,
        unit: '×',
        median: 3,
        q1: 3,
        q3: 3,
        rival: 'the rival',
        limit: 4,
        met: false,
        beyond: false,
      },
      {
        mark: 2,
        text: 'the one beyond',
        bound: 8,
        least: true,
        unit: '×',
        median: 3,
        q1: 3,
        q3: 3,
        rival: null,
        limit: 4,
        met: false,
        beyond: true,
      },
      {
        mark: 3,
        text: 'the third',
        bound: 1,
        least: false,
        unit: 'ns',
        median: null,
        q1: null,
        q3: null,
        rival: null,
        limit: null,
        met: null,
      },
    ],
  }
}

const page = (more) => pageText(result(more), () => true)

test('the page says on what machine and with which versions it was measured', () => {
  const text = page()
  for (const part of ['A processor', '2026-01-02', 'ext4', 'v20.0.0', '6.1', 'pino 1.2.3']) {
    assert.ok(text.includes(part), part)
  }
})

test('the page says how many marks are met', () => {
  const counts =
    'Of 4 marks 1 are met, 1 neither by wholeline nor by the limit, 1 not met though the limit meets them or there is none, 1 not measured.'
  assert.ok(page().split('\n').includes(counts))
})

test('each mark stands there with its ratio, met or not, or not measured', () => {
  const lines = page().split('\n')
  assert.match(
    lines.find((line) => line.includes('the mark')),
    /≤ 2\.00 ×.*1\.50 × \(1\.40 × – 1\.60 ×\).*✅ met/,
  )
  assert.match(
    lines.find((line) => line.includes('the other')),
    /≥ 8\.00 ×.*3\.00 × against the rival.*4\.00 ×.*\*\*not met\*\*/,
  )
  assert.match(
    lines.find((line) => line.includes('the one beyond')),
    /4\.00 ×.*not met, nor by the limit/,
  )
  assert.match(
    lines.find((line) => line.includes('the third')),
    /not measured/,
  )
})

test('each candidate has its median, its spread and its ratio to ours', () => {
  const line = page()
    .split('\n')
    .find((line) => line.includes('peer'))
  assert.match(line, /330 ns \(315 ns – 345 ns\) \| 3\.00 × \| all there/)
})

test('the name of a candidate does not break its table', () => {
  assert.ok(page().includes('a\\|peer'))
})

test('a candidate that lost or damaged records, failed or was left out is shown as such', () => {
  assert.match(page({ verdict: { ...verdict, lost: 1234, damaged: 2 } }), /1,234 LOST, 2 DAMAGED/)
  assert.match(page({ failure: 'it died', rounds: {} }), /FAILED/)
  assert.match(page({ skipped: 'no FUSE', rounds: {} }), /not measured: no FUSE/)
  assert.equal(formatVerdict({ verdict: null }), '–')
})

test('a chart stands there for light and for dark pages, and only if it was drawn', () => {
  const { works } = result()
  const file = chartFile(works[0], 0, 'dark')
  assert.equal(file, 'a-1-dark.svg')
  assert.ok(page().includes(`srcset="benchmarks/${file}"`))
  assert.ok(!pageText(result(), () => false).includes('<picture>'))
})

test('values are shown in units that fit', () => {
  const shown = [
    [formatValue(0, 'ns'), '0 ns'],
    [formatValue(999.9, 'ns'), '1.00 µs'],
    [formatValue(1234, 'ns'), '1.23 µs'],
    [formatValue(5e9, 'ns'), '5.00 s'],
    [formatValue(2_000_000, 'B'), '2.00 MB'],
    [formatValue(-2_000_000, 'B'), '-2.00 MB'],
    [formatValue(1.5, '×'), '1.50 ×'],
    [formatValue(1, ''), '1.00'],
  ]
  for (const [value, expected] of shown) assert.equal(value, expected)
})

test('where another takes less than ours it is listed, and where none does that is said', () => {
  const [, section] = page().split('## Where others are ahead')
  assert.match(section.split('## ')[0], /Nowhere\./)
  const ahead = page({ rounds: { ns: [50, 55, 60] } }).split('## Where others are ahead')[1]
  assert.match(ahead.split('## ')[0], /\| A, the case \| Time \| a\\\|peer \| 0\.50 × \|/)
})
