// Opening reads the end of a file and a little of its start, however long the file is. Counted in bytes asked
// for at the door, not in time.

import { closeSync, openSync, readSync, statSync, truncateSync, writeSync } from 'node:fs'
import { failureOf } from '../support/failure.js'
import { everyOpen, openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { temporaryPath } from '../support/temporary.js'
import { WatchedDoor, type WatchedRead } from '../support/watched-door.js'
import { quarantinedBytes } from './torn-file.js'

const KiB = 1024
const MiB = 1024 * KiB
const headBytes = 64 * KiB
const verifyTail = 64 * KiB
const smallestBlockBytes = 64 * KiB
const largestBlockBytes = 4 * MiB
const tailMostBytes = 256 * MiB

const record = '{"a":1}\n'

/** A record, a hole of `gapBytes`, an LF, a record, and the tail. */
function longFile(gapBytes: number, tail: string | Buffer): { path: string; tailStart: number } {
  const path = temporaryPath()
  const fd = openSync(path, 'w')
  writeSync(fd, record)
  writeSync(fd, `\n${record}`, record.length + gapBytes)
  const tailStart = record.length + gapBytes + 1 + record.length
  writeSync(fd, Buffer.from(tail as string), 0, null, tailStart)
  closeSync(fd)
  return { path, tailStart }
}

function lastBytes(path: string, count: number): string {
  const fd = openSync(path, 'r')
  const bytes = Buffer.alloc(count)
  const { size } = statSync(path)
  const got = readSync(fd, bytes, 0, count, size - count)
  closeSync(fd)
  return bytes.toString('latin1', 0, got)
}

function totalOf(reads: readonly WatchedRead[]): number {
  return reads.reduce((sum, { start, end }) => sum + end - start, 0)
}

/** Nothing was read between the head and `from`, and not more than so much in all. */
function expectBounded(reads: readonly WatchedRead[], from: number, mostBytes: number): void {
  expect(reads.length).toBeGreaterThan(0)
  expect(reads.filter(({ start, end }) => end > headBytes && start < from)).toEqual([])
  expect(totalOf(reads)).toBeLessThanOrEqual(mostBytes)
}

test.each([
  ['whole', ''],
  ['torn', '{"c":"to'],
  ['without its last LF', '{"c":3}'],
])('of a file of 8 GiB, %s, only head and end are read', (_, tail) => {
  const door = new WatchedDoor()
  const { path, tailStart } = longFile(8 * 1024 * MiB, tail)
  openRecorderThrough(door, {}, path)
  const from = tailStart - Math.max(verifyTail, smallestBlockBytes)
  expectBounded(door.reads('log.jsonl'), from, headBytes + smallestBlockBytes + verifyTail + KiB)
})

test.each([
  ['whole', '', 4 * KiB],
  ['torn', '{"c":"to', 4 * KiB],
  ['without its last LF', '{"c":3}', 4 * KiB + 7],
  ['with a tail of 5,000 bytes', `{"c":"${'x'.repeat(5000)}`, 64 * KiB],
])('of a file that begins with a record, %s, hardly more is read than is judged', (_, tail, mostBytes) => {
  const door = new WatchedDoor()
  const { path } = longFile(64 * MiB, tail)
  openRecorderThrough(door, { verifyTail: 0 }, path)
  // Beside it the byte that the scan of the first line is asked for, and the last one of the file.
  expect(totalOf(door.reads('log.jsonl'))).toBeLessThanOrEqual(mostBytes + 2)
})

test('verifyTail says how much before the tail is read', () => {
  for (const bytes of [0, 1000, 3 * MiB]) {
    const door = new WatchedDoor()
    const { path, tailStart } = longFile(64 * MiB, '{"c":')
    openRecorderThrough(door, { verifyTail: bytes }, path)
    const from = tailStart - Math.max(bytes, smallestBlockBytes)
    expectBounded(door.reads('log.jsonl'), from, headBytes + smallestBlockBytes + bytes + KiB)
  }
})

describe('a tail of 100 MiB', () => {
  const text = Buffer.alloc(100 * MiB, 'x')
  const torn = Buffer.concat([Buffer.from('{"c":"'), text])
  const whole = Buffer.concat([torn, Buffer.from('"}')])
  const mostBytes = headBytes + verifyTail + torn.length + largestBlockBytes + KiB

  test('that is torn goes to quarantine, and nothing before it is read but its last block', () => {
    const door = new WatchedDoor()
    const { path, tailStart } = longFile(1024 * MiB, torn)
    const { repair } = openRecorderThrough(door, {}, path)
    const range = { start: tailStart, end: tailStart + torn.length }
    expect(repair).toMatchObject({ action: 'quarantined', reason: 'torn', range })
    expect(statSync(path).size).toBe(tailStart)
    expect(quarantinedBytes(path).equals(torn)).toBe(true)
    expectBounded(door.reads('log.jsonl'), tailStart - largestBlockBytes, mostBytes)
  })

  test('that is whole JSON gets its LF, and nothing before it is read but its last block', () => {
    const door = new WatchedDoor()
    const { path, tailStart } = longFile(1024 * MiB, whole)
    const { repair } = openRecorderThrough(door, {}, path)
    const range = { start: tailStart, end: tailStart + whole.length }
    expect(repair).toMatchObject({ action: 'completed', reason: 'missing-newline', range })
    expect(statSync(path).size).toBe(range.end + 1)
    expect(lastBytes(path, 3)).toBe('"}\n')
    // Once more where it is judged.
    expectBounded(door.reads('log.jsonl'), tailStart - largestBlockBytes, mostBytes + whole.length)
  })

  test('that is whole JSON is judged by the scan, on the pool, and not parsed on this thread', async () => {
    const { path } = longFile(MiB, whole)
    const parse = jest.spyOn(JSON, 'parse')
    const recorder = await everyOpen[1]![1](path)
    const longest = Math.max(0, ...parse.mock.calls.map(([text]) => text.length))
    parse.mockRestore()
    expect(recorder.repair).toMatchObject({ action: 'completed', reason: 'missing-newline' })
    expect(longest).toBeLessThan(MiB)
  })

  test('ends the same with open() on the pool', async () => {
    const { path, tailStart } = longFile(MiB, torn)
    const recorder = await everyOpen[1]![1](path, { tornTail: 'truncate' })
    expect(recorder.repair).toMatchObject({ action: 'truncated', reason: 'torn' })
    expect(statSync(path).size).toBe(tailStart)
  })
})

describe('a tail of more than 256 MiB', () => {
  /** One record, and NULs to the end: hardly anything on the disk. */
  function endless(): string {
    const { path } = longFile(0, '')
    truncateSync(path, 2 * 1024 * MiB)
    return path
  }

  test.each(['quarantine', 'truncate'] as const)('is not looked through, and is left (%s)', (tornTail) => {
    const door = new WatchedDoor()
    const path = endless()
    const recorder = openRecorderThrough(door, { tornTail }, path)
    expect(recorder.repair).toMatchObject({ action: 'left', reason: 'too-long', quarantine: null })
    expect(statSync(path).size).toBe(2 * 1024 * MiB)
    const mostBytes = tailMostBytes + largestBlockBytes + headBytes + verifyTail + KiB
    expect(totalOf(door.reads('log.jsonl'))).toBeLessThanOrEqual(mostBytes)
    const range = recorder.appendSync({ d: 4 })
    expect(range.start).toBe(2 * 1024 * MiB + 1)
    expect(lastBytes(path, record.length + 1)).toBe('\n{"d":4}\n')
  })

  test('is sealed with tornTail: seal, and refused with tornTail: fail', async () => {
    const path = endless()
    expect(await failureOf(() => openRecorder({ tornTail: 'fail' }, path))).toMatchObject({
      code: 'ERR_TORN_TAIL',
      kind: 'InvalidData',
    })
    expect(statSync(path).size).toBe(2 * 1024 * MiB)
    expect(openRecorder({ tornTail: 'seal' }, path).repair?.action).toBe('sealed')
    expect(statSync(path).size).toBe(2 * 1024 * MiB + 1)
  })
})
