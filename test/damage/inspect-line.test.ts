// inspectLine agrees with the slow reference, whatever is done to the bytes of a small file.

import fc from 'fast-check'
import { inspectLine } from '../../lib/damage/inspect-line.js'
import { Salvage } from '../../lib/damage/salvage.js'
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

test.each([...Array.from('\0"{}[]\\\n,: 0'), '\x80', '\xff'])('%j in place of any byte', (character) => {
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
  fc.assert(
    fc.property(pieces, (bytes) => expectAgreement(bytes)),
    { numRuns: 1500 },
  )
})

test('any sequence of the characters that JSON is made of', () => {
  const characters = fc.array(fc.constantFrom(...Array.from('{}[]"\\:,01-.e \ttruefalsnu')), {
    maxLength: 14,
  })
  fc.assert(
    fc.property(characters, (all) => expectAgreement(Buffer.from(all.join('')))),
    { numRuns: 5000 },
  )
})

test('any ends of objects and arrays', () => {
  const parts = fc.array(
    fc.constantFrom('1', '"a"', '"a":', ':', ',', '{}', '[1]', '"', 'e', ' ', '-2', '\\"', '{"a":1}'),
    { maxLength: 7 },
  )
  const closing = fc.constantFrom(']', '}', ']}', '}]', '}{"id":1}')
  fc.assert(
    fc.property(parts, closing, (all, end) => expectAgreement(Buffer.from(`${all.join('')}${end}\n`))),
    { numRuns: 500 },
  )
})

test('any bytes in a string, at the edges of what is UTF-8', () => {
  const firsts = [0x80, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff]
  const seconds = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0]
  for (const first of firsts) {
    for (const second of seconds) {
      for (const others of [[], [0x80], [0x80, 0xbf]]) {
        const middle = Buffer.from([first, second, ...others])
        expectAgreement(Buffer.concat([Buffer.from('x{"id":"'), middle, Buffer.from('"}\n')]))
      }
    }
  }
})

test('of values that are too deep the inner ones are found', () => {
  const parts = fc.array(fc.constantFrom('{"":', '[', '[1,', ']', '}', '"', '1'), { maxLength: 24 })
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 4 }), (all, maxDepth) => {
      const line = Buffer.from(all.join(''))
      const found = [...new Salvage(line, 0, () => true, maxDepth)]
      const wanted = referenceSalvage(line, () => true, maxDepth)
      expect(found.map(({ start, end }) => ({ start, end }))).toEqual(
        wanted.map(({ start, end }) => ({ start, end })),
      )
    }),
    { numRuns: 5000 },
  )
})
