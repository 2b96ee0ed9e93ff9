// Damage under a follower: told by the names that check and readRecords use, and answered as there.

import { appendFileSync, copyFileSync, renameSync, writeFileSync } from 'node:fs'
import { checkFile, type Damage } from '../../lib/index.js'
import { damageFixtures } from '../support/damage-fixtures.js'
import { failureOf } from '../support/failure.js'
import { salvagedFrom } from '../support/reading.js'
import { fileWith, temporaryPath } from '../support/temporary.js'
import { Following, valuesOf } from './following.js'

const glued = '{"a":1}\n{"a":2}{"a":3}\n{"a":4,"t":"x{"a":5}\n'

/** All but the number of the line, which a follower does not know. */
function told({ kind, start, end, excerpt }: Damage): object {
  return { kind, start, end, excerpt }
}

test.each(['skip', 'salvage'] as const)('the names are those of check, also to %s', async (answer) => {
  const file = fileWith(glued)
  const damage: Damage[] = []
  const onDamage = (one: Damage): typeof answer => {
    damage.push(one)
    return answer
  }
  await new Following(file, { onDamage }).valuesAfter(500)
  expect(damage.map(told)).toEqual((await checkFile(file)).damage.map(told))
  expect(damage.map(({ kind, line }) => [kind, line])).toEqual([
    ['glued', 0],
    ['torn-prefix', 0],
  ])
})

test('a DamageError has the name too', async () => {
  const following = new Following(fileWith('{"a":1}{"a":2}\n'), { onDamage: 'throw', settleMs: 0 })
  expect(await failureOf(() => following.take())).toMatchObject({ name: 'DamageError', kind: 'glued' })
})

const fixtures = damageFixtures.map((fixture) => [fixture.name, fixture] as const)

test.each(fixtures)(
  '%s: told and salvaged as by readRecords, once the file is finished',
  async (_, fixture) => {
    const damage: Damage[] = []
    const onDamage = (one: Damage): 'salvage' => {
      damage.push(one)
      return 'salvage'
    }
    const file = temporaryPath()
    // A copy, for it is renamed.
    copyFileSync(fixture.path, file)
    const expected = await salvagedFrom(file)
    const following = new Following(file, { onDamage })
    const records = await following.takeAfter(500)
    renameSync(file, `${file}.1`)
    writeFileSync(file, '')
    records.push(...(await following.takeAfter(100)), ...(await following.takeAfter(10_000)))
    const ranges = records.map(({ value, start, end }) => ({ value, start, end }))
    expect(ranges).toEqual(expected.records)
    expect(damage.map(told)).toEqual(expected.damage.map(told))
  },
)

test('the excerpt of a line that is too long is its start', async () => {
  const following = new Following(fileWith(`1\n"${'x'.repeat(100)}"\n`), { maxRecordBytes: 40 })
  await following.valuesAfter(500)
  expect(following.damage).toMatchObject([
    { kind: 'oversize', excerpt: expect.stringMatching(/^"xxx/) as string },
  ])
})

test('what a record looks like is learnt again when more of the file is there', async () => {
  const file = fileWith('{"id":1,"in":{"b":1}\n')
  const following = new Following(file, { onDamage: 'salvage' })
  // There is nothing to learn from yet.
  expect(await following.valuesAfter(500)).toEqual([{ b: 1 }])
  appendFileSync(file, '{"id":2}\n{"id":3}\n{"id":4,"in":{"b":4}\n')
  expect(await following.valuesAfter(500)).toEqual([{ id: 2 }, { id: 3 }])
})

test.each([
  'skip',
  'throw',
  'salvage',
  (): undefined => undefined,
  (): Promise<'skip'> => Promise.resolve('skip'),
] as const)(
  'a last record that lacks only its LF is delivered when its file is finished (onDamage %p)',
  async (onDamage) => {
    const file = fileWith('{"a":1}\n{"a":2}')
    const following = new Following(file, { onDamage })
    expect(await following.values()).toEqual([{ a: 1 }])
    renameSync(file, `${file}.1`)
    writeFileSync(file, '{"a":3}\n')
    const records = await following.takeAfter(100)
    expect(valuesOf(records)).toEqual([{ a: 2 }, { a: 3 }])
    expect(records[0]).toMatchObject({ start: 8, end: 15 })
  },
)

test('such a record is told of, and not delivered again when its file comes back and its line is ended', async () => {
  const file = fileWith('{"a":1}\n{"a":2}')
  const following = new Following(file)
  await following.take()
  renameSync(file, `${file}.1`)
  writeFileSync(file, '{"a":3}\n')
  expect(await following.valuesAfterMove()).toEqual([{ a: 2 }, { a: 3 }])
  expect(following.damage).toMatchObject([{ kind: 'missing-newline', start: 8, end: 15 }])
  renameSync(`${file}.1`, file)
  appendFileSync(file, '\n{"a":4}\n')
  expect(await following.valuesAfterMove()).toEqual([{ a: 4 }])
})

test('a function may promise its answer', async () => {
  const onDamage = async (): Promise<'salvage'> => {
    await new Promise((resolve) => setImmediate(resolve))
    return 'salvage'
  }
  const following = new Following(fileWith('{"a":1}\n{"a":2}{"a":3}\n'), { onDamage, settleMs: 0 })
  expect(await following.values()).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
})
