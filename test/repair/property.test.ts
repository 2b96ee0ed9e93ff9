// Transcripts damaged at random: what check has counted is what the healed file holds, in order and byte for byte;
// nothing is invented, nothing is lost, and a second repair finds nothing to do.

import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { AppendError, checkFile, repairFile } from '../../lib/index.js'
import { quarantinedBytes, stateOf } from '../tail-repair/torn-file.js'
import { bytesOf, contentLines, fastPath, recordTexts } from './repaired-file.js'

interface Blow {
  readonly at: number
  readonly kind: 'cut' | 'zero' | 'drop' | 'insert' | 'overwrite'
  readonly length: number
  readonly bytes: string
}

const record = fc.record({ id: fc.nat(), text: fc.string({ unit: 'grapheme', maxLength: 30 }) })
const transcript = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: record.map((value) => JSON.stringify(value)) },
      fc.constantFrom('', '   ', '\t'),
    ),
  )
  .map((lines) => Buffer.from(lines.map((line) => `${line}\n`).join('')))
const blow: fc.Arbitrary<Blow> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('cut', 'zero', 'drop', 'insert', 'overwrite'),
  length: fc.integer({ min: 1, max: 40 }),
  bytes: fc.constantFrom('"', '{', '}', '\\', '\n', '{"id":1}', '{"id":1,"te', '\u0000', '\r\n', ' ', 'x'),
})

function strike(bytes: Buffer, { at, kind, length, bytes: put }: Blow): Buffer {
  const from = Math.floor(at * bytes.length)
  const to = Math.min(bytes.length, from + length)
  const between = {
    cut: Buffer.alloc(0),
    zero: Buffer.alloc(to - from),
    drop: Buffer.alloc(0),
    insert: Buffer.from(put),
    overwrite: Buffer.from(put.repeat(length)).subarray(0, to - from),
  }[kind]
  if (kind === 'cut') return bytes.subarray(0, from)
  return Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(kind === 'insert' ? from : to)])
}

/** Repaired or, for what is no JSON Lines any more, refused. */
async function repairOrRefuse(file: string): Promise<Awaited<ReturnType<typeof repairFile>> | null> {
  try {
    return await repairFile(file)
  } catch (error) {
    if (error instanceof AppendError && error.code === 'ERR_NOT_JSON_LINES') return null
    throw error
  }
}

/** How often each byte that is no blank stands there. */
function tally(...parts: readonly Buffer[]): number[] {
  const counts = new Array<number>(256).fill(0)
  for (const part of parts) for (const byte of part) counts[byte] = (counts[byte] ?? 0) + 1
  return counts.map((count, byte) => ([0x09, 0x0a, 0x0d, 0x20].includes(byte) ? 0 : count))
}

test('every record that check counted is in the healed file, in order; all else is kept elsewhere', async () => {
  const file = fastPath()
  const reached = new Map<string, number>()
  const examine = async (content: Buffer, blows: readonly Blow[]): Promise<void> => {
    const damaged = blows.reduce(strike, content)
    for (const name of ['.torn', '.damaged']) rmSync(file + name, { force: true })
    writeFileSync(file, damaged)
    const before = await checkFile(file)
    const wanted = await recordTexts(file)
    const report = await repairOrRefuse(file)
    reached.set(report?.action ?? 'refused', (reached.get(report?.action ?? 'refused') ?? 0) + 1)
    expect([true, damaged]).toContainEqual(report !== null || readFileSync(file))
    if (report === null) return
    expect(contentLines(file)).toEqual(wanted)
    expect(report.records).toBe(before.records + before.salvageable)
    expect(bytesOf(`${file}.damaged`)).toEqual(report.action === 'rewritten' ? damaged : null)
    const mark = damaged.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf' && report.action === 'rewritten'
    const left = readFileSync(file)
    expect(tally(left, quarantinedBytes(file), Buffer.from(mark ? '\ufeff' : ''))).toEqual(tally(damaged))
    const state = stateOf(file)
    expect(await repairFile(file)).toMatchObject({ action: 'none', records: report.records })
    expect(stateOf(file)).toEqual(state)
  }
  await fc.assert(fc.asyncProperty(transcript, fc.array(blow, { minLength: 1, maxLength: 5 }), examine), {
    numRuns: 60,
  })
  expect([...reached.keys()]).toEqual(expect.arrayContaining(['rewritten', 'tail', 'none']))
})

test('stretches and lines longer than any buffer are copied byte for byte', async () => {
  const file = fastPath()
  const long = `{"id":1,"text":"${'ä'.repeat(1_500_000)}"}`
  const many = Array.from({ length: 60_000 }, (_, id) => `{"id":${id},"text":"record"}`)
  const lines = [...many, long, ...many]
  writeFileSync(file, [...lines, '{"id":7,"te{"id":8,"text":"saved"}', ...lines, ''].join('\n'))
  copyFileSync(file, `${file}.copy`)
  const report = await repairFile(file)
  expect(report).toMatchObject({ action: 'rewritten', salvaged: 1, removedBytes: 11 })
  const healed = [...lines, '{"id":8,"text":"saved"}', ...lines, ''].join('\n')
  expect(readFileSync(file).equals(Buffer.from(healed))).toBe(true)
  expect(readFileSync(`${file}.damaged`).equals(readFileSync(`${file}.copy`))).toBe(true)
})

test('very many damaged lines, with blanks between: in order, and all in the quarantine', async () => {
  const file = fastPath()
  const lines = Array.from({ length: 20_000 }, (_, id) => [
    `{"id":${id}}`,
    'broken',
    '',
    '   ',
    `   {"id":-1}`,
  ])
  writeFileSync(file, lines.flat().join('\n'))
  const report = await repairFile(file)
  expect(report).toMatchObject({ records: 40_000, removedBytes: 120_000 })
  const healed = Array.from({ length: 20_000 }, (_, id) => `{"id":${id}}\n   {"id":-1}\n`)
  expect(readFileSync(file, 'utf8')).toBe(healed.join(''))
  expect(String(quarantinedBytes(file))).toBe('broken'.repeat(20_000))
})
