// verify.test.mjs: the judge is judged: each wrong that it must notice, made by hand. A verifier
// that notices nothing would make every fault test green. (Files that must pass: clean.test.mjs.)

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { a0, a1, a2, b0, b1, check, kindsOf, plain, ranged, rangeOf, record } from './fixtures.mjs'

describe('violations are reported', () => {
  const data = `${a0}\n${b0}\n${a1}\n${b1}\n`
  const acks = [ranged(data, a0), plain(b0), ranged(data, a1), plain(b1)]
  const without = (text) => data.replace(`${text}\n`, '')

  test('a lost record at the end', () => {
    const whole = `${data}${a2}\n`
    assert.deepEqual(kindsOf(check(data, [...acks, ranged(whole, a2)])), ['lost A:2'])
  })

  test('a lost record whose place another one has taken', () => {
    const other = record('A', 9)
    assert.deepEqual(kindsOf(check(data.replace(a1, other), acks)), ['lost A:1'])
  })

  test('a duplicated record, with and without a range', () => {
    assert.deepEqual(kindsOf(check(`${data}${a0}\n`, acks)), ['duplicate A:0'])
    assert.deepEqual(kindsOf(check(`${data}${b0}\n`, acks)), ['duplicate B:0'])
  })

  test('a second record with the id of an acknowledged one but other bytes', () => {
    assert.deepEqual(kindsOf(check(`${data}${record('A', 0, 'other')}\n`, acks)), ['duplicate A:0'])
  })

  test('a record glued to a fragment before it', () => {
    const glued = `{"torn${a0}\n`
    assert.deepEqual(kindsOf(check(glued, [ranged(glued, a0)])), ['glued A:0'])
  })

  test('a record glued to another one behind it, its LF gone', () => {
    const glued = `${a0}${b0}\n`
    assert.deepEqual(kindsOf(check(glued, [ranged(glued, a0)])), ['wrong-range A:0'])
  })

  test('a last record whose LF is not there', () => {
    assert.deepEqual(kindsOf(check(data.slice(0, -1) + `\n${a2}`, [ranged(`${data}${a2}\n`, a2)])), [
      'wrong-range A:2',
    ])
  })

  for (const [name, move] of Object.entries({
    'one byte too far': { start: 1, end: 1 },
    'one byte too early': { start: -1, end: -1 },
    'without its LF': { start: 0, end: -1 },
    'a byte too long': { start: 0, end: 1 },
    'on another line': { start: 60, end: 60 },
    'behind the end of the file': { start: 9999, end: 9999 },
  })) {
    test(`a wrong range: ${name}`, () => {
      const { start, end, ...rest } = ranged(data, a1)
      const report = check(data, [{ ...rest, start: start + move.start, end: end + move.end }])
      assert.deepEqual(kindsOf(report), ['wrong-range A:1'])
    })
  }

  test('two ranges that overlap', () => {
    const { start, end } = ranged(data, a0)
    const report = check(data, [ranged(data, a0), { ...ranged(data, a1), start: start + 3, end: end + 3 }])
    assert.deepEqual(kindsOf(report), ['overlap A:1', 'wrong-range A:1'])
  })

  test('records out of order', () => {
    const swapped = `${a1}\n${a0}\n`
    assert.deepEqual(kindsOf(check(swapped, [ranged(swapped, a0), ranged(swapped, a1)])), [
      'out-of-order A:1',
    ])
  })

  test('records out of order with a gap in the sequence', () => {
    const swapped = `${a2}\n${b0}\n${a0}\n`
    assert.deepEqual(kindsOf(check(swapped, [ranged(swapped, a2), ranged(swapped, a0)])), [
      'out-of-order A:2',
    ])
  })

  test('a record reported as failed that is there', () => {
    const report = check(`${data}${a2}\n`, acks, [{ id: 'A:2', state: 'failed' }])
    assert.deepEqual(kindsOf(report), ['failed-present A:2'])
  })

  test('a ranged record of which one byte is changed', () => {
    assert.deepEqual(
      kindsOf(check(data.replace('"sequence":1,"pad":"', '"sequence":1,"pad":"X'), acks.slice(0, 3))),
      ['changed A:1'],
    )
  })

  test('a foreign record of which one byte is changed', () => {
    assert.deepEqual(kindsOf(check(data.replace(b1, b1.replace('pad', 'dap')), acks)), [
      'foreign-changed B:1',
    ])
  })

  test('a foreign record cut off, erased, or gone', () => {
    for (const instead of [b1.slice(0, -5), ' '.repeat(b1.length), '', `{"torn${b1.slice(1)}`]) {
      assert.deepEqual(kindsOf(check(data.replace(b1, instead), acks)), ['foreign-lost B:1'])
    }
    // The bytes of the record before it have moved as well.
    assert.deepEqual(kindsOf(check(without(b0), acks)).sort(), ['foreign-lost B:0', 'wrong-range A:1'])
  })

  test('every single-byte change of an acknowledged record', () => {
    const { start, end } = rangeOf(data, a1)
    for (let at = start; at < end; at++) {
      const changed = Buffer.from(data)
      changed[at] ^= 1
      assert.notEqual(check(changed, acks).violationCount, 0, `byte ${at}`)
    }
  })

  test('every truncation of the file', () => {
    const whole = Buffer.from(data)
    for (let size = 0; size < whole.length - 1; size++) {
      assert.notEqual(check(whole.subarray(0, size), acks).violationCount, 0, `size ${size}`)
    }
  })

  test('two acks of one record', () => {
    assert.deepEqual(kindsOf(check(data, [...acks, ranged(data, a0)])), ['acknowledged-twice A:0'])
  })

  test('bytes that are not UTF-8 are damage, not a record', () => {
    const bytes = Buffer.concat([
      Buffer.from(data),
      Buffer.from('{"writer":"Z","sequence":1,"pad":"\xff"}\n', 'latin1'),
    ])
    const report = check(bytes, acks)
    assert.deepEqual([report.damaged, report.unacknowledged], [1, 0])
  })

  test('an ack log that is no ack log is not passed over', () => {
    assert.throws(() => check(data, ['rubbish\n']), /no ack at byte 0/)
    assert.throws(() => check(data, [{ id: 'A:0', sha1: 'short' }]), /not a SHA-1/)
    assert.throws(() => check(data, [], [{ id: 'A:0', state: 'odd' }]), /no such state/)
  })

  test('all violations are counted, the first thousand listed', () => {
    const report = check(
      '',
      Array.from({ length: 1500 }, (_, n) => plain(record('B', n))),
    )
    assert.deepEqual([report.violationCount, report.violations.length], [1500, 1000])
  })
})
