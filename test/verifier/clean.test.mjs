// clean.test.mjs: files in which every promise is kept must pass, also where writers were killed,
// fragments were erased and plain appenders were torn apart: what is allowed is only counted.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { a0, a1, a2, b0, b1, check, kindsOf, plain, ranged, record, sha1 } from './fixtures.mjs'

describe('clean files pass', () => {
  test('records of two writers, one with ranges and one without', () => {
    const data = `${a0}\n${b0}\n${a1}\n${b1}\n`
    const report = check(data, [ranged(data, a0), ranged(data, a1), plain(b0), plain(b1)])
    assert.deepEqual(report.violations, [])
    const { bytes, lines, parseable, records, whole, damaged, unacknowledged, endsWithLf } = report
    assert.deepEqual(
      { bytes, lines, parseable, records, whole, damaged, unacknowledged, endsWithLf },
      {
        bytes: Buffer.byteLength(data),
        lines: 4,
        parseable: 4,
        records: 2,
        whole: 2,
        damaged: 0,
        unacknowledged: 0,
        endsWithLf: true,
      },
    )
  })

  test('spaces of an erased fragment before a record, before a plain one and alone', () => {
    const data = `    ${a0}\n \t\r${b0} \r\n      \n\n${a1}\n`
    const report = check(data, [ranged(data, a0), plain(b0), ranged(data, a1)])
    assert.deepEqual(kindsOf(report), [])
    assert.equal(report.erased, 2)
    assert.equal(report.blank, 1)
  })

  test('a record that begins with spaces itself', () => {
    const text = '  {"writer":"A","sequence":7}'
    const data = `${text}\n${text.replace('A', 'B')}\n`
    const report = check(data, [ranged(data, text), plain(text.replace('A', 'B'))])
    assert.deepEqual(kindsOf(report), [])
  })

  test('a killed writer: an unacknowledged record, a torn tail, a torn ack', () => {
    const data = `${a0}\n${a1}\n${a2.slice(0, 9)}`
    const report = check(data, [ranged(data, a0), '{"id":"A:1","sta'])
    assert.deepEqual(kindsOf(report), [])
    assert.equal(report.unacknowledged, 1)
    assert.equal(report.damaged, 1)
    assert.equal(report.endsWithLf, false)
    assert.equal(report.tornLogLines, 1)
    assert.match(report.excerpts[0].text, /writ/)
  })

  test("a torn ack with the next run's first ack behind it", () => {
    const data = `${a0}\n${a1}\n`
    const report = check(data, ['{"id":"A:0","sta', ranged(data, a1)])
    assert.deepEqual(kindsOf(report), [])
    assert.equal(report.records, 1)
  })

  test('a plain record behind a fragment, its bytes untouched, is counted as glued', () => {
    const data = `{"writer":"A","sequ${b0}\n${b1}${record('C', 0)}\n`
    const report = check(data, [plain(b0), plain(b1), plain(record('C', 0))])
    assert.deepEqual(kindsOf(report), [])
    assert.equal(report.glued, 3)
    assert.equal(report.damaged, 2)
  })

  test('a failed record that is not there, one that came later, one that is pending', () => {
    const data = `${a1}\n${a2}\n`
    const failures = ['A:0', 'A:1'].map((id) => ({ id, state: 'failed' }))
    const report = check(
      data,
      [ranged(data, a1)],
      [...failures, { id: 'A:2', state: 'failed' }, { id: 'A:2', state: 'pending' }],
    )
    assert.deepEqual(kindsOf(report), [])
    assert.deepEqual([report.failed, report.pending], [2, 1])
  })

  test('a record in pieces between which another one came', () => {
    const [text, between] = [record('B', 0, 'in two'), record('A', 0, 'whole')]
    const [head, tail] = [text.slice(0, 12), `${text.slice(12)}\n`]
    const data = `${head}${between}\n${tail}`
    const pieces = [head, tail].map((part) => {
      const start = data.indexOf(part)
      return { start, end: start + part.length, sha1: sha1(part) }
    })
    const report = check(data, [{ id: 'B:0', pieces }])
    assert.deepEqual(kindsOf(report), [])
    assert.equal(report.split, 1)
    assert.deepEqual(kindsOf(check(data.replace(head, head.toUpperCase()), [{ id: 'B:0', pieces }])), [
      'foreign-changed B:0',
    ])
    assert.deepEqual(kindsOf(check(data.slice(0, -1), [{ id: 'B:0', pieces }])), ['foreign-changed B:0'])
  })

  test('an empty file, and a line longer than the read buffer', () => {
    assert.deepEqual(kindsOf(check('', [])), [])
    const long = record('A', 0, 'x'.repeat(9 * 1024 * 1024))
    const data = `${b0}\n${long}\n${b1}\n`
    assert.deepEqual(kindsOf(check(data, [ranged(data, long), plain(b0), plain(b1)])), [])
  })

  test('data of another shape, with an extractor of its own', () => {
    const data = '["x",1]\n["x",2]\n'
    const acks = [1, 2].map((n) => ({
      id: `x:${n}`,
      start: 8 * (n - 1),
      end: 8 * n,
      sha1: sha1(`["x",${n}]`),
    }))
    const report = check(data, acks, [], { idOf: ([writer, sequence]) => `${writer}:${sequence}` })
    assert.deepEqual(kindsOf(report), [])
    assert.equal(report.records, 2)
  })
})
