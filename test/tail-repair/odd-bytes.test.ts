// Tails of bytes that are no text, or hardly any: runs of NULs, cut characters, byte order marks, CRs, blanks.
// Whatever it is, no whole record is lost to it, and what is cut off is in quarantine.

import { readFileSync } from 'node:fs'
import { everyOpen, openRecorder } from '../support/open-recorder.js'
import { fileWith, linesOf, textAt, textOf } from '../support/temporary.js'
import { quarantinedBytes, quarantineOf, stateOf } from './torn-file.js'

const before = '{"a":1}\n'
const MiB = 1024 * 1024
const mark = '\uFEFF'

function bytesOf(...parts: (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)))
}

describe.each(everyOpen)('Recorder.%s', (_, open) => {
  test.each<[string, Buffer]>([
    ['one NUL', Buffer.alloc(1)],
    ['NULs', Buffer.alloc(4096)],
    ['some MB of NULs', Buffer.alloc(5 * MiB)],
    ['NULs, then text', bytesOf(Buffer.alloc(100), '{"b":')],
    ['NULs, then a whole value', bytesOf(Buffer.alloc(100), '{"b":2}')],
    ['text, then NULs', bytesOf('{"b":"', Buffer.alloc(100))],
    ['a whole value, then NULs', bytesOf('{"b":2}', Buffer.alloc(100))],
    ['a whole value with NULs inside', bytesOf('{"b":"', Buffer.alloc(3 * MiB), '"}')],
    ['NULs and blanks', bytesOf(' ', Buffer.alloc(10), ' \r')],
  ])('a tail of %s goes to quarantine as a run of NULs', async (__, tail) => {
    const path = fileWith(bytesOf(before, tail))
    const recorder = await open(path)
    expect(recorder.repair).toMatchObject({
      action: 'quarantined',
      reason: 'nul-run',
      range: { start: before.length, end: before.length + tail.length },
      damage: [],
      failure: null,
    })
    expect(textOf(path)).toBe(before)
    expect(quarantinedBytes(path).equals(tail)).toBe(true)
    expect(quarantineOf(path)[0]?.reason).toBe('nul-run')
  })

  test('a file of NULs alone is mended: a power cut can leave that', async () => {
    const path = fileWith(Buffer.alloc(4096))
    const recorder = await open(path)
    expect(recorder.repair).toMatchObject({ action: 'quarantined', reason: 'nul-run' })
    recorder.appendSync({ a: 1 })
    expect(textOf(path)).toBe(before)
  })
})

describe('a character of several bytes', () => {
  const cuts = ['ä', '€', '😀'].flatMap((character) => {
    const bytes = Buffer.from(character)
    return Array.from(bytes.keys(), (at) => [character, at] as const)
  })

  test.each(cuts)('%s cut before its byte %i goes to quarantine as it is', (character, at) => {
    const tail = bytesOf('{"b":"', Buffer.from(character).subarray(0, at))
    const path = fileWith(bytesOf(before, tail))
    expect(openRecorder({}, path).repair).toMatchObject({ action: 'quarantined', reason: 'torn' })
    expect(textOf(path)).toBe(before)
    expect(quarantinedBytes(path)).toEqual(tail)
  })

  test.each(cuts.filter(([, at]) => at > 0))(
    '%s cut before its byte %i is no JSON, closed quotes or not',
    (character, at) => {
      const tail = bytesOf('{"b":"', Buffer.from(character).subarray(0, at), '"}')
      const path = fileWith(bytesOf(before, tail))
      expect(openRecorder({}, path).repair).toMatchObject({ action: 'quarantined', reason: 'torn' })
      expect(quarantinedBytes(path)).toEqual(tail)
    },
  )
})

describe('a byte order mark', () => {
  test('alone is cut off, for a record behind it would be no JSON', () => {
    const path = fileWith(mark)
    const recorder = openRecorder({}, path)
    expect(recorder.repair).toMatchObject({ action: 'quarantined', range: { start: 0, end: 3 } })
    expect(quarantinedBytes(path).toString()).toBe(mark)
    recorder.appendSync({ a: 1 })
    expect(textOf(path)).toBe(before)
  })

  test('before records and a torn tail is left, and is no damage', () => {
    const path = fileWith(`${mark}${before}{"b":`)
    const { repair } = openRecorder({}, path)
    expect(repair).toMatchObject({ action: 'quarantined', range: { start: 11, end: 16 }, damage: [] })
    expect(readFileSync(path)).toEqual(bytesOf(mark, before))
  })

  test.each(['quarantine', 'truncate', 'fail'] as const)(
    'before a first record without its LF takes nothing from that (tornTail: %s)',
    (tornTail) => {
      const path = fileWith(`${mark}{"a":1}`)
      expect(openRecorder({ tornTail }, path).repair).toMatchObject({ action: 'completed', damage: [] })
      expect(readFileSync(path)).toEqual(bytesOf(mark, before))
    },
  )

  test('anywhere else is no JSON', () => {
    const path = fileWith(`${before}${mark}{"b":2}\n${mark}{"c":3}`)
    expect(openRecorder({}, path).repair).toMatchObject({
      action: 'quarantined',
      reason: 'torn',
      damage: [{ kind: 'not-json', range: { start: 8, end: 19 } }],
    })
    expect(quarantinedBytes(path)).toEqual(bytesOf(mark, '{"c":3}'))
  })
})

describe('a file with CRLF', () => {
  test('whole needs nothing', () => {
    const path = fileWith('{"a":1}\r\n{"b":2}\r\n')
    const state = stateOf(path)
    expect(openRecorder({}, path).repair).toBeNull()
    expect(stateOf(path)).toEqual(state)
  })

  test('torn between CR and LF gets the LF', () => {
    const path = fileWith('{"a":1}\r\n{"b":2}\r')
    const recorder = openRecorder({}, path)
    expect(recorder.repair).toMatchObject({ action: 'completed', reason: 'missing-newline' })
    recorder.appendSync({ c: 3 })
    expect(textOf(path)).toBe('{"a":1}\r\n{"b":2}\r\n{"c":3}\n')
  })

  test('torn in a record goes to quarantine from the line on', () => {
    const path = fileWith('{"a":1}\r\n{"b":')
    expect(openRecorder({}, path).repair).toMatchObject({
      action: 'quarantined',
      range: { start: 9, end: 14 },
    })
    expect(textOf(path)).toBe('{"a":1}\r\n')
  })

  test.each(['true', 'false', 'null', '1', '"text"', '[]'])('may begin with %s', (first) => {
    const path = fileWith(`${first}\r\n`)
    expect(openRecorder({}, path).repair).toBeNull()
  })
})

describe('blanks', () => {
  test.each([' ', '\t', '\r', '   \t \r', ' '.repeat(200_000)])(
    'that are all there is (%#) are no damage, and a record may stand behind them',
    (blanks) => {
      const path = fileWith(blanks)
      const state = stateOf(path)
      const recorder = openRecorder({}, path)
      expect(recorder.repair).toBeNull()
      expect(stateOf(path)).toEqual(state)
      expect(textAt(path, recorder.appendSync({ a: 1 }))).toBe(before)
      expect(textOf(path)).toBe(blanks + before)
      expect(linesOf(path).map((line) => JSON.parse(line) as unknown)).toEqual([{ a: 1 }])
    },
  )

  test.each(['\n', '\n\n\n', ' \n\t\n', '\r\n\r\n', '\n  '])(
    'at the end, %j, are left as they are',
    (blanks) => {
      const path = fileWith(before + blanks)
      const recorder = openRecorder({}, path)
      expect(recorder.repair).toBeNull()
      expect(textAt(path, recorder.appendSync({ b: 2 }))).toBe('{"b":2}\n')
      expect(textOf(path)).toBe(`${before}${blanks}{"b":2}\n`)
    },
  )

  test.each(['\n', '\n\n', ' \r\n'])('alone in lines, %j, are left as they are', (blanks) => {
    const path = fileWith(blanks)
    expect(openRecorder({}, path).repair).toBeNull()
    expect(textOf(path)).toBe(blanks)
  })

  test('in the place of an erased fragment are no damage', () => {
    const path = fileWith(`${before}${' '.repeat(100)}{"b":2}\n${' '.repeat(50)}\n${' '.repeat(20)}`)
    expect(openRecorder({}, path).repair).toBeNull()
  })
})

test('an empty file needs nothing', () => {
  const path = fileWith('')
  const recorder = openRecorder({}, path)
  expect(recorder.repair).toBeNull()
  expect(recorder.appendSync({ a: 1 })).toEqual({ start: 0, end: 8 })
  expect(textOf(path)).toBe(before)
})
