// What is refused leaves the recorder as it was: no batch of its own, no buffer, no record of others that is harmed.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Recorder } from '../../lib/index.js'
import { thrownBy } from '../support/failure.js'
import { everyLineWay, openRecorder } from '../support/open-recorder.js'
import { linesOf } from '../support/temporary.js'

function detached(): Uint8Array {
  const bytes = Uint8Array.of(0x31, 0x32)
  structuredClone(bytes, { transfer: [bytes.buffer] })
  return bytes
}

describe.each(everyLineWay)('%s', (_, record) => {
  test.each([true, false])(
    'of a detached array is refused, and the recorder goes on, validateLines: %s',
    async (validateLines) => {
      const recorder = openRecorder({ validateLines })
      // Of Node's realm, which is not Jest's.
      expect(thrownBy(() => record(recorder, detached()))).toMatchObject({ name: 'TypeError' })
      recorder.flushSync()
      expect(recorder.appendSync(1)).toEqual({ start: 0, end: 2 })
      await record(recorder, '2')
      await recorder.close()
      expect(linesOf(recorder.path)).toEqual(['1', '2'])
      expect(recorder.stats).toMatchObject({ failures: 0, lostRecords: 0 })
    },
  )
})

test.each([
  ['text', '\n'.padEnd(600_000, 'x')],
  ['bytes', Buffer.from('\n'.padEnd(600_000, 'x'))],
])('long lines that are refused, as %s, do not divide what is written at once', async (_, long) => {
  const recorder = openRecorder()
  for (let i = 0; i < 200; i++) {
    recorder.writeLine('1')
    expect(() => recorder.writeLine(long)).toThrow(TypeError)
  }
  await recorder.flush()
  expect(recorder.stats).toMatchObject({ records: 200, batches: 1 })
})

test('a long record that is written, or refused, holds no memory afterwards', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const recorder = openRecorder()
  const before = process.memoryUsage().arrayBuffers
  await recorder.appendLine(`"${'x'.repeat(30_000_000)}"`)
  expect(() => recorder.writeLine('x'.repeat(30_000_000))).toThrow(TypeError)
  // The second waits for what the first only begins: array buffers are let go of beside it.
  collect()
  collect()
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
})

test.each([
  ['text', 'a\nb'],
  ['bytes', Buffer.from('a\nb')],
  ['a number', 5],
])('a closed recorder still says what is no line: %s', async (_, line) => {
  const recorder = openRecorder()
  await recorder.close()
  expect(() => recorder.appendLineSync(line as string)).toThrow(TypeError)
  expect(() => recorder.appendLine(line as string)).toThrow(TypeError)
  expect(thrownBy(() => recorder.appendLineSync('1'))).toMatchObject({ code: 'ERR_CLOSED' })
})

/** The package once more, as a registry of modules that was reset gives it, over the same addon. */
async function openThroughAnotherCopy(path: string): Promise<Recorder> {
  const opened: Recorder[] = []
  await jest.isolateModulesAsync(async () => {
    const copy = await import('../../lib/index.js')
    opened.push(copy.Recorder.openSync(path))
  })
  const [recorder] = opened
  if (recorder === undefined || recorder instanceof Recorder) throw new Error('no other copy was loaded')
  return recorder
}

test('two copies of the package in one process do not write into what the other gathers', async () => {
  const recorder = openRecorder()
  const other = await openThroughAnotherCopy(`${recorder.path}-other`)
  for (let i = 0; i < 100; i++) {
    recorder.write({ ours: i })
    other.write({ theirs: 'x'.repeat(i), i })
    recorder.appendSync({ ours: 'now', i })
    if (i % 3 === 0) other.appendSync({ theirs: 'now', i })
  }
  await recorder.close()
  await other.close()
  const valuesOf = (path: string) => linesOf(path).map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(valuesOf(recorder.path).every((value) => 'ours' in value)).toBe(true)
  expect(valuesOf(recorder.path)).toHaveLength(200)
  expect(valuesOf(other.path).every((value) => 'theirs' in value)).toBe(true)
  expect(valuesOf(other.path)).toHaveLength(134)
})
