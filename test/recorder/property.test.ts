// Random sequences of operations with random values: the file holds them in the order given, every range is
// exact (W1, W4), and what the synchronous ones promise holds when they return.

import fc from 'fast-check'
import { Recorder, type ByteRange, type RecorderOptions } from '../../lib/index.js'
import { linesOf, temporaryPath, textOf } from '../support/temporary.js'

const anyValue = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.integer({ min: 0, max: 30_000 }).map((length) => 'ä'.repeat(length)),
  fc.record({
    when: fc.date({ noInvalidDate: true }),
    what: fc.constantFrom('\u2028', '\n', '\ud800', null),
  }),
)

const operation = fc.oneof(
  fc.record({ kind: fc.constantFrom('write', 'append', 'appendSync'), values: fc.tuple(anyValue) }),
  fc.record({ kind: fc.constant('appendAll'), values: fc.array(anyValue, { maxLength: 5 }) }),
  fc.record({ kind: fc.constantFrom('flush', 'flushSync', 'wait'), values: fc.constant([]) }),
)

const options: fc.Arbitrary<RecorderOptions> = fc.record({
  flushMode: fc.constantFrom('async', 'sync'),
  fsync: fc.constantFrom<('never' | 'always')[]>('never', 'never', 'never', 'always'),
  highWaterMark: fc.constantFrom(1, 1000, 1_000_000),
})

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** What was given so far, as lines, and the ranges of those that were told one. */
interface Given {
  readonly lines: string[]
  readonly ranges: Map<number, Promise<ByteRange>>
}

async function perform(recorder: Recorder, { kind, values }: Operation, given: Given): Promise<void> {
  const { lines, ranges } = given
  const first = lines.length
  lines.push(...values.map((value) => JSON.stringify(value)))
  if (kind === 'write') recorder.write(values[0])
  if (kind === 'append') ranges.set(first, recorder.append(values[0]))
  if (kind === 'appendSync') {
    ranges.set(first, Promise.resolve(recorder.appendSync(values[0])))
    expect(linesOf(recorder.path)).toEqual(lines)
  }
  if (kind === 'appendAll') {
    const told = recorder.appendAll(values)
    for (const i of values.keys())
      ranges.set(
        first + i,
        told.then((all) => all[i]!),
      )
  }
  if (kind === 'flush') void recorder.flush()
  if (kind === 'flushSync') {
    recorder.flushSync()
    expect(linesOf(recorder.path)).toEqual(lines)
  }
  // Several turns of the event loop, so that batches get on their way.
  if (kind === 'wait') for (let i = 0; i < 3; i++) await new Promise(setImmediate)
}

test('whatever is done, the lines are those given, in order, and every range is exact', async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.array(operation, { maxLength: 40 }), async (chosen, operations) => {
      const recorder = Recorder.openSync(temporaryPath(), chosen)
      const given: Given = { lines: [], ranges: new Map() }
      for (const one of operations) await perform(recorder, one, given)
      await recorder.close()
      expect(linesOf(recorder.path)).toEqual(given.lines)
      const bytes = Buffer.from(textOf(recorder.path))
      for (const [i, told] of given.ranges) {
        const { start, end } = await told
        expect(bytes.toString('utf8', start, end)).toBe(`${given.lines[i]}\n`)
      }
    }),
    { numRuns: 300 },
  )
})
