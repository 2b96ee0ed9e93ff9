// Whatever bytes are in a file, a check finds what the slow and obvious way finds, however the file is divided.

import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { checkFile } from '../../lib/check/check-file.js'
import { harmlessKinds } from '../../lib/damage/damage.js'
import { temporaryPath } from '../support/temporary.js'
import { referenceCheck } from './reference.js'

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && 'id' in value

const record = fc
  .record({
    id: fc.nat(),
    text: fc.string({ unit: 'binary' }),
    list: fc.array(fc.jsonValue({ maxDepth: 3 })),
  })
  .map((value) => Buffer.from(JSON.stringify(value)))

const fragment = fc
  .tuple(record, fc.nat(), fc.nat())
  .map(([bytes, from, length]) => bytes.subarray(from % bytes.length).subarray(0, length % bytes.length))

const piece = fc.oneof(
  { weight: 4, arbitrary: record },
  fragment,
  ...['\n', '\n', '\n', '\r\n', '\n\n', '  ', ' ', '\t', '\r', '\0\0\0', '\uFEFF', '1', '"', '{}'].map(
    (text) => fc.constant(Buffer.from(text)),
  ),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  fc.nat({ max: 90 }).map((length) => Buffer.alloc(length, 'x')),
)

const bytes = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.concat(pieces))

const sizes = fc.record({
  segmentBytes: fc.integer({ min: 1, max: 200 }),
  blockBytes: fc.integer({ min: 16, max: 64 }),
  findings: fc.integer({ min: 4, max: 12 }),
  scanners: fc.integer({ min: 1, max: 3 }),
})

test('records, damaged lines and their kinds are those of the reference', async () => {
  const path = temporaryPath()
  await fc.assert(
    fc.asyncProperty(
      bytes,
      sizes,
      fc.integer({ min: 1, max: 120 }),
      async (content, parts, maxRecordBytes) => {
        writeFileSync(path, content)
        const wanted = referenceCheck(content, maxRecordBytes, isRecord)
        const report = await checkFile(path, { isRecord, maxRecordBytes, sizes: parts })
        const { lines, records, salvageable } = report
        const plain = (list: typeof report.damage) =>
          list.map(({ kind, start, end, line, lines: count }) => ({ kind, start, end, line, lines: count }))
        expect({ lines, records, salvageable }).toEqual({
          lines: wanted.lines,
          records: wanted.records,
          salvageable: wanted.salvageable,
        })
        expect(plain(report.damage)).toEqual(wanted.findings.filter(({ kind }) => !harmlessKinds.has(kind)))
        expect(plain(report.harmless)).toEqual(wanted.findings.filter(({ kind }) => harmlessKinds.has(kind)))
        expect(report.bytes).toBe(content.length)
      },
    ),
    { numRuns: 500 },
  )
}, 60_000)
