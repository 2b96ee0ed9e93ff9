// The page that is generated from a result.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatValue, formatVerdict } from '../../bench/lib/format.mjs'
import { markText } from '../../bench/lib/report.mjs'
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
      { ...mark, mark: 1, text: 'the mark', bound: 2, median: 1.5, q1: 1.4, q3: 1.6, met: true },
      {
        ...mark,
        mark: 1,
        text: 'that of some',
        bound: 2,
        median: 1.9,
        q1: 1,
        q3: 3,
        met: true,
        rounds: { met: 3, all: 5 },
      },
      { ...missed, text: 'the other', rival: 'the rival', rounds: { met: 1, all: 5 } },
      { ...missed, text: 'the one beyond', beyond: true },
      { ...missed, text: 'the disputed one', limit: 9, limitRounds: { met: 3, all: 5 } },
      {
        ...mark,
        mark: 3,
        text: 'the third',
        bound: 1,
        unit: 'ns',
        median: null,
        q1: null,
        q3: null,
        met: null,
      },
    ],
  }
}

const mark = {
  least: false,
  unit: '×',
  rounds: null,
  rival: null,
  limit: null,
  limitRounds: null,
  limitText: 'the calls',
  beyond: false,
}
const missed = {
  ...mark,
  mark: 2,
  bound: 8,
  least: true,
  median: 3,
  q1: 3,
  q3: 3,
  limit: 4,
  met: false,
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
    'Of 6 marks 2 are met (1 of them not in every round), 1 neither by wholeline nor by the limit, 1 not met where the limit meets them in some of its rounds only, 1 not met though the limit meets them or there is none, 1 not measured.'
  assert.ok(page().split('\n').includes(counts))
})

test('each mark stands there with its ratio, met or not, or not measured', () => {
  const lines = page().split('\n')
  assert.match(
    lines.find((line) => line.includes('the mark')),
    /≤ 2\.00 ×.*1\.50 × \(1\.40 × – 1\.60 ×\).*✅ met/,
  )
  assert.match(
    lines.find((line) => line.includes('that of some')),
    /1\.90 × \(1\.00 × – 3\.00 ×\), met in 3 of 5 rounds \| ✅ met, in 3 of 5 rounds/,
  )
  assert.match(
    lines.find((line) => line.includes('the other')),
    /≥ 8\.00 ×.*3\.00 × against the rival, met in 1 of 5 rounds; the calls: 4\.00 ×.*\*\*not met\*\*/,
  )
  assert.match(
    lines.find((line) => line.includes('the one beyond')),
    /4\.00 ×.*not met, nor by the limit/,
  )
  assert.match(
    lines.find((line) => line.includes('the disputed one')),
    /3\.00 ×; the calls: 9\.00 ×, met in 3 of 5 rounds \| ❌ not met; by the limit in 3 of 5 rounds/,
  )
  assert.match(
    lines.find((line) => line.includes('the third')),
    /not measured/,
  )
})

test('what the run prints of a mark says the same', () => {
  const [met, metInSome, other, beyond, disputed, third] = result().marks.map(markText)
  assert.match(met, /1 {2}met +the mark: 1\.50 × \(1\.40 × – 1\.60 ×\), at most 2\.00 ×$/)
  assert.match(metInSome, /met +that of some: .*, met in 3 of 5 rounds, at most/)
  assert.match(
    other,
    /NOT MET +the other: 3\.00 × against the rival, met in 1 of 5 rounds, at least 8\.00 ×; the calls: 4/,
  )
  assert.match(beyond, /limit misses +the one beyond/)
  assert.match(disputed, /limit in some +the disputed one: .*; the calls: 9\.00 ×, met in 3 of 5 rounds$/)
  assert.match(third, /not measured +the third$/)
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
