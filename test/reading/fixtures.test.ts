// Readers on every damaged file of test/fixtures/damage: what was written down by hand is what they find.

import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { harmlessKinds, type Damage } from '../../lib/damage/damage.js'
import { DamageError, readRecordAt } from '../../lib/index.js'
import { damageFixtures, fixturesFolder, type DamageFixture } from '../support/damage-fixtures.js'
import { readUntilFailure, recordsOf, salvagedFrom } from '../support/reading.js'
import { temporaryFolder } from '../support/temporary.js'

const fixtures = damageFixtures.map((fixture) => [fixture.name, fixture] as const)

/** What readers tell of: not what they get over. */
function damageOf({ check }: DamageFixture): object[] {
  return check.filter(({ kind }) => !harmlessKinds.has(kind))
}

function valuesOf(records: DamageFixture['records']): object[] {
  return records.map(({ text, start, end }) => ({ value: JSON.parse(text) as unknown, start, end }))
}

const withoutExcerpt = ({ kind, start, end, line, lines }: Damage): object => ({
  kind,
  start,
  end,
  line,
  lines,
})

test('there is a file for every kind that depends on bytes alone', () => {
  const kinds = new Set(damageFixtures.flatMap(({ check }) => check.map(({ kind }) => kind)))
  // What is too long depends on an option.
  expect([...kinds].sort()).toEqual(
    [...harmlessKinds, 'bad-utf8', 'glued', 'headless', 'missing-newline', 'not-json', 'nul-run']
      .concat(['torn-prefix', 'torn-tail'])
      .sort(),
  )
  expect(damageFixtures.length).toBeGreaterThanOrEqual(40)
})

test('the files are those of the table', () => {
  const folder = temporaryFolder()
  execFileSync(process.execPath, [path.join(fixturesFolder, 'make.mjs'), folder])
  const made = readdirSync(folder)
  expect(made).toEqual(readdirSync(fixturesFolder).filter((file) => !file.endsWith('.mjs')))
  for (const file of made) {
    expect([file, readFileSync(path.join(folder, file))]).toEqual([
      file,
      readFileSync(path.join(fixturesFolder, file)),
    ])
  }
})

test.each(fixtures)('%s: all that is whole is delivered with its range', async (_, fixture) => {
  const { records, damage } = await salvagedFrom(fixture.path)
  expect(records).toEqual(valuesOf(fixture.records))
  expect(damage.map(withoutExcerpt)).toEqual(damageOf(fixture))
})

test.each(fixtures)('%s: backwards the same, the last one first', async (_, fixture) => {
  const { records, damage } = await salvagedFrom(fixture.path, { reverse: true })
  expect(records).toEqual(valuesOf(fixture.records).reverse())
  const unnumbered = damageOf(fixture).map((found) => ({ ...found, line: 0 }))
  expect(damage.map(withoutExcerpt)).toEqual(unnumbered.reverse())
})

test.each(fixtures)('%s: skipping leaves out damaged lines and nothing else', async (_, fixture) => {
  const whole = fixture.records.filter(({ salvaged }) => salvaged !== true)
  expect(await recordsOf(fixture.path, { onDamage: 'skip' })).toEqual(valuesOf(whole))
})

test.each(fixtures)(
  '%s: by default the first damage ends it, behind all that stands before',
  async (_, fixture) => {
    const first = fixture.check.find(({ kind }) => !harmlessKinds.has(kind) && kind !== 'missing-newline')
    const { records, failure } = await readUntilFailure(fixture.path)
    const before = fixture.records.filter(({ end }) => end <= (first?.start ?? Infinity))
    expect(records).toEqual(valuesOf(before))
    const told = failure instanceof DamageError ? withoutExcerpt(failure) : failure
    expect(told).toEqual(first ?? null)
  },
)

test.each(fixtures)('%s: each record is there at its range', async (_, { path: file, records }) => {
  const read = await Promise.all(records.map((record) => readRecordAt(file, record)))
  expect(read).toEqual(records.map(({ text }) => JSON.parse(text) as unknown))
})
