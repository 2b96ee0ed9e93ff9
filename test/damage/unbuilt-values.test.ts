// What is told of values without building them agrees with what is told of the values.

import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { countRecords, inspectLine } from '../../lib/damage/inspect-line.js'
import { isJsonText } from '../../lib/damage/json-validator.js'
import { shapeOf } from '../../lib/damage/record-shape.js'

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function expectAgreement(bytes: Buffer): void {
  const context = bytes.toString('latin1')
  expect([context, isJsonText(bytes, true)]).toEqual([context, isUtf8(bytes) && parses(bytes.toString())])
  expect([context, isJsonText(bytes, false)]).toEqual([context, parses(context)])
}

const json = fc.json({ maxDepth: 4, stringUnit: 'binary' }).map((text) => Buffer.from(text))

test('JSON is JSON, whole, cut, with a byte changed, or not in UTF-8', () => {
  fc.assert(
    fc.property(
      json,
      fc.nat(),
      fc.constantFrom(...Buffer.from('{}[]",:\\0 -x\n\t\0'), 0xff),
      (bytes, where, byte) => {
        expectAgreement(bytes)
        const at = where % bytes.length
        expectAgreement(bytes.subarray(0, at))
        expectAgreement(bytes.subarray(at))
        const changed = Buffer.from(bytes)
        changed[at] = byte
        expectAgreement(changed)
      },
    ),
    { numRuns: 2000 },
  )
})

test('any sequence of the tokens of JSON', () => {
  const token = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    '-',
    '1.5e3',
    'true',
    'nul',
    ' ',
    '"\\"',
  )
  fc.assert(
    fc.property(fc.array(token, { maxLength: 10 }), (tokens) =>
      expectAgreement(Buffer.from(tokens.join(''))),
    ),
    { numRuns: 5000 },
  )
})

test('nesting of objects and arrays, to any depth', () => {
  const brackets = (depth: number): string[] =>
    Array.from({ length: depth }, (_, i) => (i % 3 === 0 ? '{"":' : '['))
  for (const depth of [1, 63, 64, 65, 511, 512, 513, 5000]) {
    const opening = brackets(depth)
    const closing = opening.map((one) => (one === '[' ? ']' : '}')).reverse()
    const text = `${opening.join('')}0${closing.join('')}`
    expect(isJsonText(Buffer.from(text), true)).toBe(true)
    const wrong = closing.with(depth >> 1, closing[depth >> 1] === ']' ? '}' : ']')
    expect(isJsonText(Buffer.from(`${opening.join('')}0${wrong.join('')}`), true)).toBe(false)
  }
})

const key = fc.constantFrom('a', 'b', 'é', '"', '\\', '', '\ud800', '__proto__', 'longer key')
const container = fc.oneof(
  fc
    .array(fc.tuple(key, fc.jsonValue({ maxDepth: 2 })))
    .map((entries) => Object.fromEntries(entries) as object),
  fc.array(fc.jsonValue({ maxDepth: 2 })),
)
const value = fc.oneof(container, fc.jsonValue({ maxDepth: 3 }))
const spellings: ((value: unknown) => string)[] = [
  (one) => JSON.stringify(one),
  (one) => JSON.stringify(one, null, '\t').replaceAll('\n', '\r'),
  // Letters as escapes.
  (one) => JSON.stringify(one).replaceAll('é', '\\u00e9').replaceAll('longer', '\\u006conger'),
]

test('the shape of a record is told from its text as from its value', () => {
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 3 }),
      container,
      fc.constantFrom(...spellings),
      (sample, one, spell) => {
        const looksLike = shapeOf(sample)
        const text = spell(one)
        const line = Buffer.from(`x${text}y`)
        const parsed = JSON.parse(text) as unknown
        expect([text, looksLike.ofText(line, 1, line.length - 1)]).toEqual([text, looksLike(parsed)])
      },
    ),
    { numRuns: 5000 },
  )
})

test('records are counted as they are found', () => {
  const piece = fc.oneof(
    json,
    fc.constantFrom('{"a":1', '"', '\\', '{', ']', '\0', ' ').map((text) => Buffer.from(text)),
  )
  const line = fc.array(piece, { maxLength: 5 }).map((pieces) => Buffer.concat(pieces))
  fc.assert(
    fc.property(line, fc.boolean(), fc.array(value, { maxLength: 2 }), (bytes, ended, sample) => {
      const test = shapeOf(sample)
      const { kind, records } = inspectLine(bytes, ended, (one) => test(one))
      expect(countRecords(bytes, ended, test)).toEqual({ kind, records: records.length })
    }),
    { numRuns: 2000 },
  )
})
