// A line is a record exactly if strict decoding and JSON.parse take it.

import fc from 'fast-check'
import { isRecord } from '../../lib/cli/check-line.js'
import { transcriptLines } from './transcript.js'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isRecordByTheBook(line: Uint8Array): boolean {
  try {
    JSON.parse(strict.decode(line))
    return true
  } catch {
    return false
  }
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.json().map((text) => Buffer.from(text)),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => Buffer.from(`"${text}"`)),
  fc
    .array(fc.constantFrom('{', '}', '"', ':', '1', ' ', '\r', '\u00a0', '\ufeff', '漢', 'null'), {
      maxLength: 8,
    })
    .map((parts) => Buffer.from(parts.join(''))),
)

test('any bytes are judged as by the book', () => {
  fc.assert(
    fc.property(bytes, (line) => {
      expect(isRecord(Buffer.from(line))).toBe(isRecordByTheBook(line))
    }),
    { numRuns: 2000 },
  )
})

test('a record with one byte changed is judged as by the book', () => {
  const line = Buffer.from(transcriptLines(8)[3] ?? '')
  fc.assert(
    fc.property(fc.nat(line.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const changed = Buffer.from(line)
      changed[at] = byte
      expect(isRecord(changed)).toBe(isRecordByTheBook(changed))
    }),
    { numRuns: 1000 },
  )
})
