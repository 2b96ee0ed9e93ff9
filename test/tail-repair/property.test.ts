// Any records, cut at any byte, with any garbage behind: opening and appending loses no whole record, puts the
// new one onto a line of its own, and removes nothing that is not in quarantine (W1, W2).

import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { AppendError, Recorder, type ByteRange, type TailRepair } from '../../lib/index.js'
import { temporaryFolder } from '../support/temporary.js'
import { quarantinedBytes, quarantineOf } from './torn-file.js'

const LF = 0x0a

const anyRecord = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary', maxDepth: 2 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => JSON.stringify({ text })),
)

const garbage: fc.Arbitrary<Buffer> = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.integer({ min: 1, max: 5000 }).map((length) => Buffer.alloc(length)),
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ maxLength: 20 }).map((text) => Buffer.from(text)),
  anyRecord.map((json) => Buffer.from(json)),
  fc.tuple(anyRecord, fc.nat(10)).map(([json, cut]) => Buffer.from(json).subarray(0, -1 - cut)),
  fc
    .constantFrom('\n', '\r', ' \t', '\r\n', '\uFEFF', '"}\n', '\0{"a":1}\n')
    .map((text) => Buffer.from(text)),
)

const contents = fc
  .record({
    records: fc.array(anyRecord, { maxLength: 6 }),
    cut: fc.nat(),
    garbage: fc.array(garbage, { maxLength: 2 }),
  })
  .map(({ records, cut, garbage: behind }) => {
    const whole = Buffer.from(records.map((json) => `${json}\n`).join(''))
    const kept = whole.subarray(0, cut % (whole.length + 1))
    return { kept, bytes: Buffer.concat([kept, ...behind]) }
  })

const situation = fc.record({
  tornTail: fc.constantFrom('quarantine', 'quarantine', 'truncate', 'seal'),
  sync: fc.boolean(),
  /** Somebody reads the file meanwhile. */
  inUse: fc.boolean(),
})

type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never

const added = { 'the new record': 1 }
const addedLine = Buffer.from(`${JSON.stringify(added)}\n`)

interface Recorded {
  readonly range: ByteRange
  readonly repair: TailRepair | null
}

/** null: it was refused as something else than JSON Lines. */
async function record(file: string, { tornTail, sync }: Situation): Promise<Recorded | null> {
  try {
    const recorder = sync ? Recorder.openSync(file, { tornTail }) : await Recorder.open(file, { tornTail })
    const range = sync ? recorder.appendSync(added) : await recorder.append(added)
    await recorder.close()
    return { range, repair: recorder.repair }
  } catch (error) {
    if (error instanceof AppendError && error.code === 'ERR_NOT_JSON_LINES') return null
    throw error
  }
}

function blanksOnly(bytes: Buffer): boolean {
  return /^[ \t\r]*$/.test(bytes.toString('latin1'))
}

function expectAdded(after: Buffer, { start, end }: ByteRange): void {
  expect(after.subarray(start, end)).toEqual(addedLine)
  expect(end).toBe(after.length)
  expect(blanksOnly(after.subarray(after.lastIndexOf(LF, start - 1) + 1, start))).toBe(true)
}

/** What was removed, by the report; all else of `before` must still be there. */
function expectNothingLost(
  file: string,
  before: Buffer,
  after: Buffer,
  told: Recorded,
  given: Situation,
): void {
  const action = told.repair?.action
  const removed = action === 'quarantined' || action === 'truncated'
  const kept = removed ? before.lastIndexOf(LF) + 1 : before.length
  expect(after.subarray(0, kept).equals(before.subarray(0, kept))).toBe(true)
  // Between what was there and the new record stands nothing but an LF at most.
  expect([kept, kept + 1]).toContain(told.range.start)
  if (removed) expect(told.repair?.range).toEqual({ start: kept, end: before.length })
  if (removed)
    expect([given.inUse, given.tornTail]).toEqual([false, action === 'truncated' ? 'truncate' : 'quarantine'])
  const quarantined = action === 'quarantined' ? before.subarray(kept) : Buffer.alloc(0)
  expect(quarantinedBytes(file).equals(quarantined)).toBe(true)
  expect(quarantineOf(file).map(({ offset, length }) => [offset, length])).toEqual(
    action === 'quarantined' ? [[kept, quarantined.length]] : [],
  )
}

/** Only what has no whole record at its start may be taken for something else. */
function expectRefused(kept: Buffer, before: Buffer, after: Buffer): void {
  expect(kept.includes(LF)).toBe(false)
  expect(after).toEqual(before)
}

test('no whole record is lost, the new one is whole, and what is gone is in quarantine', async () => {
  const folder = temporaryFolder()
  const file = path.join(folder, 'log.jsonl')
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(contents, situation, async ({ kept, bytes }, given) => {
      rmSync(`${file}.torn`, { force: true })
      writeFileSync(file, bytes)
      const reader = given.inUse ? openSync(file, 'r') : null
      const told = await record(file, given)
      if (reader !== null) closeSync(reader)
      const after = readFileSync(file)
      if (told === null) {
        expectRefused(kept, bytes, after)
        return
      }
      expectAdded(after, told.range)
      expectNothingLost(file, bytes, after, told, given)
      const wholeRecords = kept.subarray(0, kept.lastIndexOf(LF) + 1)
      expect(after.subarray(0, wholeRecords.length)).toEqual(wholeRecords)
      seen.add(told.repair?.action ?? 'nothing')
    }),
    { numRuns: 500 },
  )
  // Every way to mend came up.
  expect([...seen].sort()).toEqual(
    ['completed', 'left', 'none', 'nothing', 'quarantined', 'sealed', 'truncated'].sort(),
  )
})
