// followRecords: what is there, then what comes, whole records only.

import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { followRecords } from '../../lib/index.js'
import { openRecorder } from '../support/open-recorder.js'
import { fileWith, temporaryFolder, temporaryPath } from '../support/temporary.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { Following } from './following.js'

test('delivers what is there, then what comes, each once', async () => {
  const file = fileWith('1\n2\n')
  const following = new Following(file)
  expect(await following.values()).toEqual([1, 2])
  appendFileSync(file, '3\n')
  expect(await following.values()).toEqual([3])
  expect(await following.values()).toEqual([])
})

test('an unfinished line is delivered when its line feed has come, and not before', async () => {
  const file = fileWith('1\n{"a":')
  const following = new Following(file)
  expect(await following.values()).toEqual([1])
  appendFileSync(file, '2}')
  expect(await following.values()).toEqual([])
  appendFileSync(file, '\n')
  expect(await following.values()).toEqual([{ a: 2 }])
})

test('the ranges are those that the appends gave', async () => {
  const recorder = openRecorder()
  const following = new Following(recorder.path)
  const ranges = await recorder.appendAll([{ a: 1 }, 'zwei', [3]])
  ranges.push(recorder.appendSync({ b: '\u2028' }))
  const records = await following.take()
  expect(records.map(({ start, end }) => ({ start, end }))).toEqual(ranges)
  expect(records.map(({ value }) => value)).toEqual([{ a: 1 }, 'zwei', [3], { b: '\u2028' }])
})

test('only LF ends a line; a CR before it, a byte order mark and blank lines are no damage', async () => {
  const file = fileWith('\ufeff"a\u2028b"\r\n\n   \n"c\u0085d"\n')
  const following = new Following(file)
  expect(await following.values()).toEqual(['a\u2028b', 'c\u0085d'])
  expect(following.damage).toEqual([])
})

test('from the end: what comes after the start', async () => {
  const file = fileWith('1\n2\n')
  const following = new Following(file, { from: 'end' })
  expect(await following.values()).toEqual([])
  appendFileSync(file, '3\n')
  expect(await following.values()).toEqual([3])
})

test.each([
  [0, [11, 22, 33]],
  [1, [22, 33]],
  [3, [22, 33]],
  [4, [33]],
  [9, []],
  [1000, []],
])('from offset %i: the records that start there or behind', async (from, wanted) => {
  const following = new Following(fileWith('11\n22\n33\n'), { from })
  expect(await following.values()).toEqual(wanted)
})

test('from the end inside a fragment: the record that takes its place is delivered, the finished one is not', async () => {
  const finished = fileWith('1\n{"old":')
  const blanked = fileWith('1\n{"old":')
  const [one, other] = [new Following(finished, { from: 'end' }), new Following(blanked, { from: 'end' })]
  expect([await one.values(), await other.values()]).toEqual([[], []])
  appendFileSync(finished, '2}\n3\n')
  writeFileSync(blanked, '1\n       3\n')
  expect(await one.values()).toEqual([3])
  expect(await other.values()).toEqual([3])
})

test('waits for a file that is not there, and for its directory', async () => {
  const file = path.join(temporaryFolder(), 'later', 'log.jsonl')
  const following = new Following(file, { from: 'end' })
  expect(await following.values()).toEqual([])
  mkdirSync(path.dirname(file))
  expect(await following.values()).toEqual([])
  writeFileSync(file, '1\n')
  expect(await following.values()).toEqual([1])
})

test('what is no file is an error at the first record', async () => {
  const folder = temporaryFolder()
  const failure = await failureOf(() => new Following(folder).next())
  expect(failure).toMatchObject({ code: 'EISDIR', path: folder })
})

test('lines longer than one block are whole', async () => {
  const file = fileWith('')
  const following = new Following(file)
  const long = 'x'.repeat(700_000)
  appendFileSync(file, `1\n"${long}`)
  expect(await following.values()).toEqual([1])
  appendFileSync(file, `${long}"\n2\n`)
  expect(await following.values()).toEqual([long + long, 2])
})

test('a line above maxRecordBytes is damage, and what follows it is delivered', async () => {
  const file = fileWith(`1\n"${'x'.repeat(600_000)}"\n2\n"${'y'.repeat(50)}"\n3\n`)
  const following = new Following(file, { maxRecordBytes: 40 })
  expect(await following.values()).toEqual([1])
  expect(await following.valuesAfter(500)).toEqual([2, 3])
  expect(following.damage).toMatchObject([
    { kind: 'oversize', start: 2, end: 600_005 },
    { kind: 'oversize', start: 600_007 },
  ])
})

test('an abort ends the iteration without an error, while it waits and before it begins', async () => {
  const following = new Following(fileWith('1\n'))
  expect(await following.values()).toEqual([1])
  const next = following.next()
  following.stop.abort()
  expect(await next).toEqual({ done: true, value: undefined })
  const late = followRecords(fileWith('1\n'), { signal: AbortSignal.abort() })
  expect(await late.next()).toEqual({ done: true, value: undefined })
})

test('a consumer that aborts while it has a record gets no further one', async () => {
  const stop = new AbortController()
  const seen: unknown[] = []
  for await (const { value } of followRecords(fileWith('1\n2\n3\n'), { signal: stop.signal })) {
    seen.push(value)
    stop.abort()
  }
  expect(seen).toEqual([1])
})

function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd')
}

test('break, return, abort and an error leave nothing open', async () => {
  const file = fileWith('1\n2\n{]\n')
  const first = new Following(file)
  await first.take()
  await first.close()
  const before = openDescriptors().length
  for await (const { value } of followRecords(file)) {
    expect(value).toBe(1)
    break
  }
  const waiting = new Following(file)
  await waiting.take()
  await waiting.close()
  const aborted = new Following(file)
  await aborted.take()
  const pending = aborted.next()
  aborted.stop.abort()
  await pending
  const failing = followRecords(file, { onDamage: 'throw', settleMs: 0 })
  await failing.next()
  await failing.next()
  expect(await failureOf(() => failing.next())).toMatchObject({ name: 'DamageError', kind: 'not-json' })
  expect(openDescriptors().length).toBe(before)
})

test('return() ends a next() that waits', async () => {
  const records = followRecords(fileWith(''))
  const next = records.next()
  await records.return?.()
  expect(await next).toEqual({ done: true, value: undefined })
})

test('nothing is read while the consumer is busy', async () => {
  const file = fileWith('1\n2\n')
  const following = new Following(file)
  await following.next()
  const { operations } = following.door
  appendFileSync(file, '3\n'.repeat(1000))
  following.door.advance(60_000)
  await new Promise((resolve) => setImmediate(resolve))
  expect(following.door.operations).toBe(operations)
})

test('wrong options are refused at the call', () => {
  const file = temporaryPath()
  expect(thrownBy(() => followRecords(file, { from: -1 }))).toBeInstanceOf(RangeError)
  expect(thrownBy(() => followRecords(file, { from: 'middle' as 'end' }))).toBeInstanceOf(TypeError)
  expect(thrownBy(() => followRecords(file, { pollMs: 0 }))).toBeInstanceOf(RangeError)
  expect(thrownBy(() => followRecords(''))).toBeInstanceOf(TypeError)
})

test('an idle follower asks little of the system: a few operations each poll, none in between', async () => {
  const following = new Following(fileWith('1\n'))
  await following.take()
  const { operations } = following.door
  for (let second = 0; second < 60; second++) await following.takeAfter(500)
  const looks = (following.door.operations - operations) / 60
  // takeAfter looks four times by itself.
  expect(looks).toBeLessThanOrEqual(5 * 4)
})

test('a long line without an end is not read again at each event', async () => {
  const file = fileWith(`"${'x'.repeat(8_000_000)}`)
  const following = new Following(file)
  await following.take()
  const { operations } = following.door
  for (let i = 0; i < 20; i++) {
    appendFileSync(file, 'x')
    await following.take()
  }
  // 31 blocks each time otherwise.
  expect(following.door.operations - operations).toBeLessThan(20 * 2 * 10)
  appendFileSync(file, '"\n2\n')
  expect((await following.values()).at(-1)).toBe(2)
})

test('a file that goes away is no end: what comes in its place is delivered', async () => {
  const file = fileWith('1\n')
  const following = new Following(file)
  await following.take()
  rmSync(file)
  expect(await following.valuesAfterMove()).toEqual([])
  writeFileSync(file, '2\n')
  expect(await following.valuesAfterMove()).toEqual([2])
})
