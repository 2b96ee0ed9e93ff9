// Which bytes have stood for a while, by few samples of the size.

import { SizeSamples } from '../../lib/reading/follow/size-samples.js'

test('what was there so long ago has settled, what came later has not', () => {
  const samples = new SizeSamples(500)
  samples.note(0, 10)
  samples.note(1, 20)
  expect(samples.settlesAt(10)).toBe(500)
  expect(samples.settlesAt(11)).toBe(501)
  expect(samples.settlesAt(21)).toBeNull()
  expect([samples.settledEnd(499), samples.settledEnd(500), samples.settledEnd(501)]).toEqual([0, 10, 20])
})

test('what is written after a cut has to settle anew', () => {
  const samples = new SizeSamples(500)
  samples.note(0, 20)
  samples.note(400, 10)
  samples.note(450, 30)
  expect(samples.settledEnd(600)).toBe(0)
  expect(samples.settlesAt(15)).toBe(950)
})

test('however often the size changes, nothing settles too early and little of it late', () => {
  const samples = new SizeSamples(500)
  for (let at = 0; at <= 3000; at++) {
    samples.note(at, at + 1)
    const settled = samples.settledEnd(at)
    expect(settled).toBeLessThanOrEqual(Math.max(0, at - 499))
    expect(settled).toBeGreaterThanOrEqual(Math.max(0, at - 499 - 32))
  }
})
