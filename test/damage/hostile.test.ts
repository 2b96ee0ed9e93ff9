// Lines made to be slow: the work is linear in the line, counted in bytes that were gone over. Time and memory at
// 64 MB are told by hostile.mjs.

import fc from 'fast-check'
import { inspectLine } from '../../lib/damage/inspect-line.js'
import { Salvage } from '../../lib/damage/salvage.js'

/** Two scans that fail over a byte, and one that does not. */
const workMost = 3

function workOf(line: Buffer): number {
  const search = new Salvage(line, 0, () => false)
  search.count()
  return search.bytesScanned / line.length
}

const pieces = [
  '{',
  '[',
  '"',
  '\\',
  '}',
  '{"":',
  '[{"":',
  '{"a":"',
  '"{"[',
  '[",',
  '[[]{',
  '[{}"',
  '{"[":[1,',
  '"[{',
  '"\\"[',
  'a',
]
const lengths = [250_000, 1_000_000]

test.each(pieces)('%s again and again', (piece) => {
  for (const length of lengths) expect(workOf(Buffer.alloc(length, piece))).toBeLessThanOrEqual(workMost)
})

test.each(pieces)('%s again and again is damage', (piece) => {
  const line = Buffer.alloc(100_000, piece)
  expect(inspectLine(line, true, () => false)).toMatchObject({
    kind: expect.any(String) as string,
    records: [],
  })
  expect(inspectLine(line, false, () => false).kind).toBe('torn-tail')
})

test('any few characters again and again', () => {
  const piece = fc.array(fc.constantFrom(...Array.from('{}[]":,\\1a')), { minLength: 1, maxLength: 12 })
  const repeated = fc.tuple(piece, fc.array(fc.constantFrom(...Array.from('{}[]"\\')), { maxLength: 4 }))
  fc.assert(
    fc.property(repeated, ([one, before]) => {
      const line = Buffer.concat([Buffer.from(before.join('')), Buffer.alloc(20_000, one.join(''))])
      expect(workOf(line)).toBeLessThanOrEqual(workMost)
    }),
    { numRuns: 3000 },
  )
})

test('a record behind brackets that never close is found', () => {
  const record = '{"id":1}'
  for (const piece of ['{', '[', '{"a":', '{"a":"', '"{"[']) {
    const line = Buffer.concat([Buffer.alloc(300_000, piece), Buffer.from(record)])
    const found = [...new Salvage(line, 0, (value) => Object.hasOwn(value as object, 'id'))]
    expect([piece, found.map(({ start }) => start)]).toEqual([piece, [300_000]])
  }
})

test('a value may be 10,000 deep to be found in a damaged line, and any depth on a line of its own', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  const found = (depth: number): number[] =>
    Array.from(new Salvage(Buffer.from(`x${nested(depth)}`), 1, () => true), ({ start }) => start)
  expect([found(10_000), found(10_001)]).toEqual([[1], [2]])
  expect(inspectLine(Buffer.from(nested(600_000)), true, () => false).kind).toBeNull()
  expect(inspectLine(Buffer.from(nested(10_001) + ']'), true, () => false).kind).toBe('torn-prefix')
})
