// Lines come out the same however the input is cut into chunks.

import fc from 'fast-check'
import { LineSplitter } from '../../lib/cli/line-splitter.js'

/** What comes out: lines as text, the length of those that are too long. */
function split(chunks: readonly Buffer[], mostBytes: number): (string | number)[] {
  const found: (string | number)[] = []
  const splitter = new LineSplitter(mostBytes, {
    line: (bytes) => found.push(bytes.toString('latin1')),
    tooLong: (bytes) => found.push(bytes),
  })
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return found
}

function expected(input: string, mostBytes: number): (string | number)[] {
  const lines = input.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => (line.length > mostBytes ? line.length : line))
}

function cutAt(input: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (input.length + 1)).sort((a, b) => a - b), input.length]
  return places.slice(1).map((to, i) => input.subarray(places[i], to))
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n'), maxLength: 60 })

test('any input, cut anywhere, gives its lines in order', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(100)), fc.integer({ min: 1, max: 12 }), (input, cuts, most) => {
      expect(split(cutAt(Buffer.from(input), cuts), most)).toEqual(expected(input, most))
    }),
  )
})

test('lines that span many chunks come out whole', () => {
  const input = `${'x'.repeat(3_000_000)}\n${'y'.repeat(200_000)}\nz`
  const chunks = cutAt(
    Buffer.from(input),
    Array.from({ length: 500 }, (_, i) => i * 6_373),
  )
  expect(split(chunks, 4_000_000)).toEqual(input.split('\n'))
  expect(split(chunks, 200_000)).toEqual([3_000_000, 'y'.repeat(200_000), 'z'])
})
