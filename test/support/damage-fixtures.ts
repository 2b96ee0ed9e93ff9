// The damaged files of test/fixtures/damage, and what is to be found in them (see make.mjs there).

import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Damage } from '../../lib/index.js'

export interface ExpectedRecord {
  readonly text: string
  readonly start: number
  readonly end: number
  /** It stands on a damaged line. */
  readonly salvaged?: true
}

export interface DamageFixture {
  readonly name: string
  readonly path: string
  readonly check: readonly Omit<Damage, 'excerpt'>[]
  readonly records: readonly ExpectedRecord[]
  readonly repair: 'none' | 'completed' | 'cut'
  readonly healed: readonly string[]
}

export const fixturesFolder = path.join(__dirname, '..', 'fixtures', 'damage')

export const damageFixtures: readonly DamageFixture[] = readdirSync(fixturesFolder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const name = path.basename(file, '.json')
    const text = readFileSync(path.join(fixturesFolder, file), 'utf8')
    const expected = JSON.parse(text) as Omit<DamageFixture, 'name' | 'path'>
    return { name, path: path.join(fixturesFolder, `${name}.jsonl`), ...expected }
  })
