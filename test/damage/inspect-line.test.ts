// inspectLine agrees with the slow reference, whatever is done to the bytes of a small file.

import fc from 'fast-check'
import { inspectLine } from '../../lib/damage/inspect-line.js'
import { salvage } from '../../lib/damage/salvage.js'
import { referenceInspection, referenceSalvage } from './reference.js'

const hasId = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'id')
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0
const tests = [hasId, isObject]

const records = [
  '{"id":1,"t":"a\\n\\u00e9{é","n":[-1.5e3,true]}',
  '{"id":2,"o":{"id":9,"k":"😀\\""},"s":""}',
  '{"id":3,"x":null,"deep":[[{}],"[{"]}',
]
const file = Buffer.from(records.join('\n') + '\n')

function inspected(line: Buffer, ended: boolean, isRecord: (value: unknown) => boolean): unknown {
  const { kind, records } = inspectLine(line, ended, isRecord)
  return { kind, records: records.map(({ start, end, value }) => ({ start, end, value })) }
}

function expected(line: Buffer, ended: boolean, isRecord: (value: unknown) => boolean): unknown {
  const { kind, records } = referenceInspection(line, ended, isRecord)
  return {
    kind,
    records: records.map(({ start, end, text }) => ({ start, end, value: JSON.parse(text) as unknown })),
  }
}

/** The lines of bytes, each with whether it has its LF. */
function linesOf(bytes: Buffer): { line: Buffer; ended: boolean }[] {
  const lines: { line: Buffer; ended: boolean }[] = []
  let from = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
    lines.push({ line: bytes.subarray(from, at), ended: true })
    from = at + 1
  }
  if (from < bytes.length) lines.push({ line: bytes.subarray(from), ended: false })
  return lines
}

function expectAgreement(bytes: Buffer): void {
  for (const { line, ended } of linesOf(bytes)) {
    for (const isRecord of tests) {
      const context = line.toString('latin1')
      expect({ context, ...(inspected(line, ended, isRecord) as object) }).toEqual({
        context,
        ...(expected(line, ended, isRecord) as object),
      })
    }
  }
}

const everyOffset = [...file.keys()]

test('a file cut off at any byte', () => {
  for (const cut of everyOffset) expectAgreement(file.subarray(0, cut))
})

test('a file cut off at any byte, its last line ended', () => {
  for (const cut of everyOffset) expectAgreement(Buffer.concat([file.subarray(0, cut), Buffer.from('\n')]))
})

test('a file cut off at any byte, and written on', () => {
  for (const cut of everyOffset) expectAgreement(Buffer.concat([file.subarray(0, cut), file]))
})

test('a file whose start is missing, up to any byte', () => {
  for (const cut of everyOffset) expectAgreement(file.subarray(cut))
})

test('a file in which any one byte is missing', () => {
  for (const at of everyOffset) expectAgreement(Buffer.concat([file.subarray(0, at), file.subarray(at + 1)]))
})

test.each([...'\0"{}[]\\\n,: 0', '\x80', '\xff'])('%j in place of any byte', (character) => {
  for (const at of everyOffset) {
    const bytes = Buffer.from(file)
    bytes.write(character, at, 'latin1')
    expectAgreement(bytes)
  }
})

const fragments = [
  '',
  '{"id":1',
  '"',
  '\\',
  '\\"',
  '{',
  '}',
  '[',
  ']',
  '":',
  ',',
  '{"',
  '"}',
  '\0\0',
  ' ',
  '\r',
  '1',
  '-',
  'tru',
  'é',
]

const piece = fc.oneof(
  fc.constantFrom(...fragments).map((text) => Buffer.from(text)),
  fc.constantFrom(...records, '[1,[2]]', '{}', '{"id":"\\\\"}').map((text) => Buffer.from(text)),
  fc.json({ maxDepth: 3, stringUnit: 'binary' }).map((text) => Buffer.from(text)),
  // Torn and headless ones, characters and escapes cut too.
  fc
    .tuple(fc.constantFrom(...records), fc.nat(60), fc.nat(60))
    .map(([text, from, to]) => Buffer.from(text).subarray(Math.min(from, to), Math.max(from, to))),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
)
const pieces = fc.array(piece, { maxLength: 4 }).map((all) => Buffer.concat(all).subarray(0, 200))

test('any mixture of whole, torn, headless and other pieces', () => {
  fc.assert(fc.property(pieces, expectAgreement), { numRuns: 1500 })
})

test('any sequence of the characters that JSON is made of', () => {
  const characters = fc.array(fc.constantFrom(...'{}[]"\\:,01-.e \ttruefalsnu'), { maxLength: 14 })
  fc.assert(
    fc.property(characters, (all) => expectAgreement(Buffer.from(all.join('')))),
    { numRuns: 20_000 },
  )
})

test('of values that are too deep the inner ones are found', () => {
  const parts = fc.array(fc.constantFrom('{"":', '[', '[1,', ']', '}', '"', '1'), { maxLength: 24 })
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 4 }), (all, maxDepth) => {
      const line = Buffer.from(all.join(''))
      const found = salvage(line, 0, () => true, maxDepth).records
      const wanted = referenceSalvage(line, () => true, maxDepth)
      expect(found.map(({ start, end }) => ({ start, end }))).toEqual(
        wanted.map(({ start, end }) => ({ start, end })),
      )
    }),
    { numRuns: 20_000 },
  )
})
