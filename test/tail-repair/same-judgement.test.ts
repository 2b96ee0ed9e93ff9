// Opening has lines judged by the core's scan. It says of a line what decoding and parsing it strictly says, so it
// makes no difference which of the two was asked; and so does the scan of the simulation.

import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { AppendError, Recorder } from '../../lib/index.js'
import { nativeDoor } from '../../lib/door/native-door.js'
import { ScanArea, ScanCode, type ScanResult } from '../../lib/door/scan-area.js'
import { endsAsItBegan, isBlank, isJsonValue, withoutMark } from '../../lib/tail-repair/json-line.js'
import { isOtherFormat } from '../../lib/tail-repair/other-format.js'
import { simulateScan } from '../simulation/simulated-scan.js'
import { temporaryPath } from '../support/temporary.js'

const LF = Buffer.from('\n')
const sizes = { maxRecordBytes: 1024 * 1024, findings: 64, blockBytes: 64 }

interface Part {
  readonly start: number
  readonly end: number
}

/** By the core, of a file with these bytes. */
function scan(path: string, bytes: Uint8Array, { start, end }: Part, given = sizes): ScanResult {
  writeFileSync(path, bytes)
  const file = nativeDoor.file(path)
  const area = new ScanArea(given)
  try {
    expect(file.openForReading().performSync()).toMatchObject({ errno: 0 })
    expect(file.scan(area.bytes, start, end).performSync()).toMatchObject({ errno: 0 })
    expect(file.close().performSync()).toMatchObject({ errno: 0 })
  } finally {
    file.release()
  }
  return area.result()
}

const noDamage: ReadonlySet<number> = new Set([ScanCode.crlf, ScanCode.blank, ScanCode.erased])

/** What is no damage is not simulated; and where no line starts in a part, `next` may lie anywhere behind it. */
function comparable(result: ScanResult): Omit<ScanResult, 'next'> & { next: number | null } {
  const findings = result.findings.filter(({ code }) => !noDamage.has(code))
  return { ...result, findings, next: result.lines === 0 ? null : result.next }
}

function simulated(bytes: Buffer, { start, end }: Part, given = sizes): ScanResult {
  const area = new ScanArea(given)
  simulateScan(bytes, area.bytes, start, end)
  return area.result()
}

const json = fc
  .jsonValue({ stringUnit: 'binary', maxDepth: 3 })
  .map((value) => Buffer.from(JSON.stringify(value)))

const piece = fc.oneof(
  json,
  fc
    .tuple(json, fc.nat(), fc.nat())
    .map(([bytes, from, to]) => bytes.subarray(from % bytes.length, to % bytes.length)),
  fc
    .constantFrom(
      ' ',
      '\t',
      '\r',
      '\0',
      '\0\0\0',
      '\uFEFF',
      '\u2028',
      '\u00a0',
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\u',
      '\\ud800',
      '-',
      '0',
      '1e999',
      '.5',
      'e+',
      'nul',
      'true',
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
)

/** Of these some are values, some are blank, and most are neither. */
const line = fc
  .array(piece, { maxLength: 4 })
  .map((pieces) => Buffer.from(Buffer.concat(pieces).filter((byte) => byte !== LF[0])))

const isValue = (text: Uint8Array): boolean => endsAsItBegan(text) && isJsonValue(text)

/** The codes of a file of this one line. */
function codesOf(path: string, text: Buffer, ended: boolean): { records: number; codes: number[] } {
  const bytes = ended ? Buffer.concat([text, LF]) : text
  const { records, findings } = comparable(scan(path, bytes, { start: 0, end: Math.max(1, bytes.length) }))
  return { records, codes: findings.map(({ code }) => code).filter((code) => code !== ScanCode.bom) }
}

function expectSameJudgement(path: string, text: Buffer): void {
  const plain = withoutMark(text, 0)
  const value = isValue(plain)
  const broken = !value && !isBlank(plain)
  expect({ text, ...codesOf(path, text, true) }).toEqual({
    text,
    records: value ? 1 : 0,
    codes: broken ? [ScanCode.notJson] : [],
  })
  const tailCode = value ? ScanCode.missingNewline : ScanCode.tornTail
  expect({ text, ...codesOf(path, text, false) }).toEqual({
    text,
    records: value ? 1 : 0,
    codes: value || broken ? [tailCode] : [],
  })
}

const deep = 20_000

test.each<[string, Buffer]>([
  ['an overlong form', Buffer.from('"\xc0\xaf"', 'latin1')],
  ['a surrogate in UTF-8', Buffer.from('"\xed\xa0\x80"', 'latin1')],
  ['a character above U+10FFFF', Buffer.from('"\xf4\x90\x80\x80"', 'latin1')],
  ['the last character there is', Buffer.from('"\u{10ffff}"')],
  ['a cut character', Buffer.from('"\xe2\x82"', 'latin1')],
  ['a lone surrogate as an escape', Buffer.from('"\\ud800"')],
  ['a control character in a string', Buffer.from('"\x1f"')],
  ['DEL in a string', Buffer.from('"\x7f"')],
  ['a NUL in a string', Buffer.from('"\0"')],
  ['a NUL behind a value', Buffer.from('1\0')],
  ['keys twice', Buffer.from('{"a":1,"a":2,"__proto__":3}')],
  ['a number beyond all doubles', Buffer.from('-1e999999')],
  ['a number of many digits', Buffer.from(`${'9'.repeat(5000)}.${'1'.repeat(5000)}`)],
  ['a number that begins with 0', Buffer.from('01')],
  ['a number without digits', Buffer.from('-')],
  ['a mark, then a value', Buffer.from('\uFEFF{"a":1}')],
  ['two marks, then a value', Buffer.from('\uFEFF\uFEFF1')],
  ['blanks before and behind', Buffer.from(' \t\r{"a":\r1}\t \r')],
  ['blanks alone', Buffer.from(' \t\r ')],
  ['a vertical tab', Buffer.from('\v1')],
  ['a blank that is none of JSON', Buffer.from('\u00a01')],
  ['arrays in arrays', Buffer.from(`${'['.repeat(deep)}${']'.repeat(deep)}`)],
  ['objects in objects', Buffer.from(`${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`)],
  ['arrays that are not closed', Buffer.from('['.repeat(deep))],
  ['an array closed as an object', Buffer.from('[1}')],
  ['two values', Buffer.from('{"a":1}{"b":2}')],
])('%s is to the scan what it is to a strict parser', (_, text) => {
  const path = temporaryPath()
  expectSameJudgement(path, text)
})

test('a byte order mark alone is no value', () => {
  const path = temporaryPath()
  const mark = Buffer.from('\uFEFF')
  expect(codesOf(path, mark, true)).toEqual({ records: 0, codes: [] })
  expect(codesOf(path, mark, false)).toEqual({ records: 0, codes: [] })
})

test('any line is to the scan what it is to a strict parser', () => {
  const path = temporaryPath()
  let values = 0
  fc.assert(
    fc.property(line, (text) => {
      if (isValue(withoutMark(text, 0))) values++
      if (withoutMark(text, 0).length > 0) expectSameJudgement(path, text)
    }),
    { numRuns: 1500 },
  )
  expect(values).toBeGreaterThan(100)
})

test('a file whose first line is a value is never another format, whatever comes behind', () => {
  const first = fc.tuple(fc.constantFrom('', ' ', '\t\r', '   '), json, fc.constantFrom('', '\r', ' '))
  const rest = fc.array(fc.oneof(line, fc.constant(LF)), { maxLength: 4 })
  fc.assert(
    fc.property(first, rest, fc.boolean(), ([before, value, behind], lines, all) => {
      const head = Buffer.concat([Buffer.from(before), value, Buffer.from(behind), LF, ...lines])
      expect(isOtherFormat(head, all)).toBe(false)
    }),
    { numRuns: 1500 },
  )
})

const headBytes = 64 * 1024

/** Whole or damaged, with blanks and marks before it, and of a length around what opening looks at. */
const beginning = fc
  .record({
    mark: fc.constantFrom('', '', '\uFEFF'),
    lines: fc.array(fc.oneof(line, fc.constant(LF), fc.constant(LF)), { maxLength: 5 }),
    opening: fc.constantFrom('', '"', '{"a":"', '{\r"a":"', '["', '[1,"', 'text '),
    fillTo: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -8, max: 8 }).map((more) => headBytes + more),
    ),
    closing: fc.constantFrom('', '"', '"}', '"]'),
  })
  .map(({ mark, lines, opening, fillTo, closing }) => {
    const before = Buffer.concat([Buffer.from(mark), ...lines, Buffer.from(opening)])
    const filler = Buffer.alloc(Math.max(0, fillTo - before.length - closing.length), 'x')
    return Buffer.concat([before, filler, Buffer.from(closing), LF, Buffer.from('{"a":1}\n')])
  })

function isRefused(path: string): boolean {
  try {
    Recorder.openSync(path, { tornTail: 'truncate' }).closeSync()
    return false
  } catch (error) {
    if (error instanceof AppendError && error.code === 'ERR_NOT_JSON_LINES') return true
    throw error
  }
}

/** A value, of which opening does not see the last two bytes. */
const valueCutByHead = Buffer.from(`\uFEFF{\r"a":"${'x'.repeat(headBytes - 10)}"}\n`)

test('opening refuses what the first 64 KiB show to be another format, and nothing else', () => {
  const path = temporaryPath()
  const seen = { refused: 0, taken: 0 }
  fc.assert(
    fc.property(beginning, (bytes) => {
      writeFileSync(path, bytes)
      const head = withoutMark(bytes.subarray(0, headBytes), 0)
      const refused = isRefused(path)
      seen[refused ? 'refused' : 'taken']++
      expect(refused).toBe(isOtherFormat(head, bytes.length <= headBytes))
    }),
    { numRuns: 1500, examples: [[valueCutByHead]] },
  )
  expect(Math.min(seen.refused, seen.taken)).toBeGreaterThan(100)
})

test('the simulated scan finds what the scan finds, in any part of a file', () => {
  const path = temporaryPath()
  const content = fc
    .tuple(
      fc.constantFrom('', '', '\uFEFF'),
      fc.array(fc.oneof(line, fc.constant(LF), fc.constant(LF)), { maxLength: 12 }),
    )
    .map(([mark, parts]) => Buffer.concat([Buffer.from(mark), ...parts]))
  const few = { ...sizes, findings: 4096 }
  fc.assert(
    fc.property(content, fc.nat(), fc.nat(), (bytes, a, b) => {
      const [start = 0, end = 0] = [a % (bytes.length + 3), b % (bytes.length + 3)].sort((x, y) => x - y)
      fc.pre(start < end)
      const found = comparable(scan(path, bytes, { start, end }, few))
      expect(comparable(simulated(bytes, { start, end }, few))).toEqual(found)
    }),
    { numRuns: 1000 },
  )
})
