// The line of progress: its rate and what is left, where the work begins anew with the next file or step.

import type { WriteStream } from 'node:tty'
import { Progress, type Shown } from '../../lib/cli/progress.js'

const redrawMs = 250

/** What is drawn each time, for these states one after another. */
function drawnFor(states: readonly Shown[]): string[] {
  jest.useFakeTimers()
  const drawn: string[] = []
  const stream = { columns: 200, write: (text: string) => drawn.push(text) } as unknown as WriteStream
  const left = [...states]
  const progress = new Progress(stream, true, () => left.shift()!)
  jest.advanceTimersByTime(states.length * redrawMs)
  progress.stop()
  return drawn.slice(0, states.length)
}

afterEach(() => {
  jest.useRealTimers()
})

test('the rate and the time that is left', () => {
  expect(drawnFor([{ bytes: 1000, done: 'a', left: 8000 }])).toEqual(['\ra  4.0 KB/s  2 s left\u001b[K'])
})

test('the next file begins at 0, and the rate does not fall below it', () => {
  const drawn = drawnFor([
    { bytes: 1_000_000, done: 'a', left: 0 },
    { bytes: 1000, done: 'b', left: 9000 },
  ])
  // 0.6 times 4 MB/s, and 0.4 times 4 KB/s.
  expect(drawn[1]).toBe('\rb  2.4 MB/s  1 s left\u001b[K')
})
