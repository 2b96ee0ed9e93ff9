// Transcripts like those of coding agents, damaged at random in ways that are known: no whole record is lost, nothing
// is invented, and every range is exact.

import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { recordsOf, salvagedFrom } from '../support/reading.js'
import { temporaryPath } from '../support/temporary.js'

const words = fc.constantFrom(
  'log',
  'naïve',
  '漢字',
  '😀',
  '\\',
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '\t',
  '\u2028',
  '{"uuid":',
  'C:\\x',
)
const text = fc.array(words, { maxLength: 12 }).map((all) => all.join(' '))
const content = fc.oneof(
  text,
  fc.array(
    fc.oneof(
      fc.record({ type: fc.constant('text'), text }),
      fc.record({
        type: fc.constant('tool_use'),
        input: fc.json().map((json) => JSON.parse(json) as unknown),
      }),
    ),
    { maxLength: 3 },
  ),
)
const message = fc.record({
  role: fc.constantFrom('user', 'assistant'),
  content,
  quoted: text.map((inner) => JSON.stringify({ uuid: 1, sessionId: inner })),
})

/** Numbered, so that no two are alike. */
const recordText = fc.tuple(fc.boolean(), message, fc.nat()).map(
  ([sidechain, inner, time]) =>
    (uuid: number) =>
      JSON.stringify({
        parentUuid: sidechain ? uuid - 1 : null,
        sessionId: 's',
        message: inner,
        uuid,
        timestamp: time,
      }),
)

type Make = (uuid: number) => string

interface Line {
  readonly how: 'whole' | 'torn' | 'glued' | 'sealed' | 'nul' | 'headless' | 'headless-torn' | 'blank'
  readonly records: readonly [Make, Make, Make]
  /** From 0 to 1: where a record is cut. */
  readonly cut: number
}

const line: fc.Arbitrary<Line> = fc.record({
  how: fc.constantFrom(
    'whole',
    'whole',
    'torn',
    'glued',
    'sealed',
    'nul',
    'headless',
    'headless-torn',
    'blank',
  ),
  records: fc.tuple(recordText, recordText, recordText),
  cut: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

const kindOf: Readonly<Record<Line['how'], string | null>> = {
  whole: null,
  torn: 'torn-prefix',
  glued: 'glued',
  sealed: 'torn-prefix',
  nul: 'nul-run',
  // A rest that begins with a bracket in a string may look like the start of something.
  headless: null,
  'headless-torn': null,
  blank: null,
}

interface Piece {
  readonly bytes: Buffer
  readonly whole: boolean
}

/** What stands on the line: whole records, and other bytes. */
function piecesOf({ how, records, cut }: Line, uuid: number): Piece[] {
  const [first, second, third] = records.map((make, i) => Buffer.from(make(uuid + i))) as [
    Buffer,
    Buffer,
    Buffer,
  ]
  const at = 1 + Math.floor(cut * (first.length - 1))
  const whole = (bytes: Buffer): Piece => ({ bytes, whole: true })
  const other = (bytes: Buffer): Piece => ({ bytes, whole: false })
  const prefix = other(first.subarray(0, at))
  const rest = other(first.subarray(at))
  switch (how) {
    case 'whole':
      return [whole(first)]
    case 'torn':
      return [prefix, whole(second), ...(cut < 0.3 ? [whole(third)] : [])]
    case 'glued':
      return [whole(first), whole(second), ...(cut < 0.3 ? [whole(third)] : [])]
    case 'sealed':
      return [prefix]
    case 'nul':
      return [other(Buffer.alloc(1 + at)), whole(second)]
    case 'headless':
      return [rest, ...(cut < 0.5 ? [whole(second)] : [])]
    case 'headless-torn':
      return [rest, other(second.subarray(0, 1 + Math.floor(cut * (second.length - 1)))), whole(third)]
    case 'blank':
      return [other(Buffer.alloc(at % 20, ' '))]
  }
}

interface Known {
  readonly bytes: Buffer
  readonly records: { value: unknown; start: number; end: number }[]
  readonly damage: { kind: string; start: number; end: number }[]
}

function damagedFile(lines: readonly Line[]): Known {
  const chunks: Buffer[] = []
  const known: Known = { bytes: Buffer.alloc(0), records: [], damage: [] }
  let at = 0
  for (const [number, one] of lines.entries()) {
    const start = at
    const pieces = piecesOf(one, number * 3)
    for (const [i, { bytes, whole }] of pieces.entries()) {
      const end = at + bytes.length
      const range = { start: at, end: i === pieces.length - 1 ? end + 1 : end }
      if (whole) known.records.push({ value: JSON.parse(bytes.toString()) as unknown, ...range })
      chunks.push(bytes)
      at = end
    }
    chunks.push(Buffer.from('\n'))
    at++
    const kind = kindOf[one.how]
    if (kind !== null) known.damage.push({ kind, start, end: at })
  }
  return { ...known, bytes: Buffer.concat(chunks) }
}

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.hasOwn(value, 'uuid') &&
  Object.hasOwn(value, 'sessionId')

const wholeLine = line.map((one) => ({ ...one, how: 'whole' as const }))
const file = fc
  .tuple(fc.array(wholeLine, { minLength: 1, maxLength: 2 }), fc.array(line, { maxLength: 12 }))
  .map(([first, others]) => damagedFile([...first, ...others]))

const path = (bytes: Buffer): string => {
  const name = temporaryPath()
  writeFileSync(name, bytes)
  return name
}

test.each([
  ['with a test of the caller', { isRecord }],
  ['learnt from the file', {}],
])('every whole record is found where it stands, and nothing else: %s', async (_, options) => {
  await fc.assert(
    fc.asyncProperty(file, async ({ bytes, records, damage }) => {
      const name = path(bytes)
      const found = await salvagedFrom(name, options)
      expect(found.records).toEqual(records)
      const certain = found.damage.filter(({ start }) => damage.some((one) => one.start === start))
      expect(certain.map(({ kind, start, end }) => ({ kind, start, end }))).toEqual(damage)
      const backwards = await recordsOf(name, { ...options, reverse: true, onDamage: 'salvage' })
      expect(backwards).toEqual([...records].reverse())
    }),
    { numRuns: 300 },
  )
})

test('a file cut off anywhere gives all that stood whole before the cut', async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.double({ min: 0, max: 1, noNaN: true }), async ({ bytes, records }, where) => {
      const cut = Math.floor(where * bytes.length)
      const { records: found } = await salvagedFrom(path(bytes.subarray(0, cut)), { isRecord })
      // A last record may have lost its LF and nothing more.
      const whole = records.filter(({ end }) => end <= cut || (end === cut + 1 && bytes[cut] === 0x0a))
      expect(found.map(({ value }) => value)).toEqual(whole.map(({ value }) => value))
    }),
    { numRuns: 300 },
  )
})

test('a byte that is changed anywhere costs its own record at most', async () => {
  const byte = fc.constantFrom(...Buffer.from('\0"{}[]\\\n, x'))
  await fc.assert(
    fc.asyncProperty(
      file,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      byte,
      async (known, where, to) => {
        const at = Math.floor(where * known.bytes.length)
        const bytes = Buffer.from(known.bytes)
        bytes[at] = to
        const { records: found } = await salvagedFrom(path(bytes), { isRecord })
        // The range of a last record on a line grows and shrinks with blanks and the LF behind it.
        const touched = ({ start, end }: { start: number; end: number }): boolean => start <= at && at < end
        const untouched = known.records
          .filter((record) => !touched(record))
          .map(({ start, value }) => ({ start, value }))
        const starts = new Set(untouched.map(({ start }) => start))
        const same = found
          .filter(({ start }) => starts.has(start))
          .map(({ start, value }) => ({ start, value }))
        expect(same).toEqual(untouched)
        // The byte itself may have made a value of a damaged line: a brace behind a brace, say.
        const made = found.filter(({ start, end }) => start <= at && at < end)
        expect(made.length).toBeLessThanOrEqual(1)
        expect(found.length - made.length).toBeLessThanOrEqual(known.records.length)
      },
    ),
    { numRuns: 500 },
  )
})
