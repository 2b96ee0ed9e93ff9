// Every damaged file that was written down by hand, repaired in place and copied elsewhere.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { checkFile, repairFile } from '../../lib/index.js'
import { damageFixtures, type DamageFixture } from '../support/damage-fixtures.js'
import { quarantinedBytes, stateOf } from '../tail-repair/torn-file.js'
import { contentLines, fastPath, namesBeside } from './repaired-file.js'

const harmless = new Set(['bom', 'crlf', 'blank', 'erased', 'empty-file'])
const all = damageFixtures.map((fixture) => [fixture.name, fixture] as const)
const damaged = all.filter(([, { check }]) => check.some(({ kind }) => !harmless.has(kind)))
const fine = all.filter((one) => !damaged.includes(one))

function copyOf({ path }: DamageFixture): string {
  const file = fastPath()
  copyFileSync(path, file)
  return file
}

function healedLines({ healed }: DamageFixture): string[] {
  return healed.map((text) => Buffer.from(text).toString('latin1'))
}

/** What is neither a record nor blank. */
function damageOf({ path, records, check }: DamageFixture): Buffer {
  const bytes = readFileSync(path)
  const blanked = Buffer.from(bytes)
  for (const { start, text } of records) {
    const at = bytes.indexOf(Buffer.from(text), start)
    blanked.fill(0x20, at, at + Buffer.byteLength(text))
  }
  for (const { kind, start, end } of check) if (kind === 'bom') blanked.fill(0x20, start, end)
  return Buffer.from(blanked.filter((byte) => ![0x20, 0x09, 0x0d, 0x0a].includes(byte)))
}

const withoutBlanks = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.filter((byte) => ![0x20, 0x09, 0x0d, 0x0a].includes(byte)))

test.each(damaged)('%s: healed in place, the original and what was removed kept', async (_, fixture) => {
  const file = copyOf(fixture)
  const report = await repairFile(file)
  expect(report).toMatchObject({ path: file, dryRun: false, tail: fixture.repair, left: 0, late: null })
  expect(contentLines(file)).toEqual(healedLines(fixture))
  expect(await checkFile(file)).toMatchObject({ ok: true, records: report.records })
  expect(report.records).toBe(fixture.healed.length)
  expect(report.salvaged).toBe(fixture.records.filter(({ salvaged }) => salvaged).length)
  expect(withoutBlanks(quarantinedBytes(file))).toEqual(damageOf(fixture))
  const kept = report.action === 'rewritten'
  expect(report.damaged).toBe(kept ? `${file}.damaged` : null)
  expect(kept ? readFileSync(`${file}.damaged`) : null).toEqual(kept ? readFileSync(fixture.path) : null)
  expect(namesBeside(file)).toEqual([
    ...(kept ? ['.damaged'] : []),
    ...(report.quarantine === null ? [] : ['.torn']),
  ])
})

test.each(damaged)('%s: a second repair does nothing, and says so', async (_, fixture) => {
  const file = copyOf(fixture)
  await repairFile(file)
  const before = stateOf(file)
  const beside = namesBeside(file)
  expect(await repairFile(file)).toMatchObject({ action: 'none', removedBytes: 0, damaged: null })
  expect(stateOf(file)).toEqual(before)
  expect(namesBeside(file)).toEqual(beside)
})

test.each(fine)('%s has no damage and is left alone', async (_, fixture) => {
  const file = copyOf(fixture)
  const before = stateOf(file)
  expect(await repairFile(file)).toMatchObject({ action: 'none', tail: 'none', quarantine: null })
  expect(stateOf(file)).toEqual(before)
  expect(namesBeside(file)).toEqual([])
})

test.each(all)('%s: a dry run says what the repair then does, and changes nothing', async (_, fixture) => {
  const file = copyOf(fixture)
  const before = stateOf(file)
  const foreseen = await repairFile(file, { dryRun: true })
  expect(stateOf(file)).toEqual(before)
  expect(namesBeside(file)).toEqual([])
  expect({ ...(await repairFile(file)), dryRun: true }).toEqual(foreseen)
})

test('a dry run counts the byte order mark that is cut off together with a torn line', async () => {
  const file = fastPath()
  writeFileSync(file, '\uFEFF{"id":1,"te')
  const { removedBytes } = await repairFile(file, { dryRun: true })
  expect(removedBytes).toBe(14)
  expect(await repairFile(file)).toMatchObject({ action: 'tail', removedBytes })
})

test.each(all)('%s: a healed copy elsewhere, blanks left out, the file as it was', async (_, fixture) => {
  const file = copyOf(fixture)
  const output = fastPath('healed.jsonl')
  const before = stateOf(file)
  const report = await repairFile(file, { output })
  expect(report).toMatchObject({ action: 'rewritten', output, damaged: null, tail: fixture.repair })
  expect(stateOf(file)).toEqual(before)
  expect(namesBeside(file)).toEqual([])
  expect(contentLines(output)).toEqual(healedLines(fixture))
  const check = await checkFile(output)
  expect(check).toMatchObject({ ok: true, records: fixture.healed.length, lines: fixture.healed.length })
  expect(check.counts).not.toHaveProperty('bom')
  expect(withoutBlanks(quarantinedBytes(output))).toEqual(damageOf(fixture))
})
