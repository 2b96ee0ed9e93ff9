// Options of wrong types are refused by name, and nothing is opened; what onDamage promises is waited for.

import { readFileSync, writeFileSync } from 'node:fs'
import {
  checkFile,
  followRecords,
  readRecords,
  repairFile,
  type Damage,
  type DamageAction,
  type ReadRecordsOptions,
} from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { readUntilFailure, recordsOf } from '../support/reading.js'
import { temporaryPath } from '../support/temporary.js'

const readers: [string, (path: string, options: object) => unknown][] = [
  ['readRecords', (path, options) => readRecords(path, options)],
  ['followRecords', (path, options) => followRecords(path, options)],
  ['checkFile', (path, options) => checkFile(path, options)],
  ['repairFile', (path, options) => repairFile(path, options)],
]

const wrong: [string, unknown][] = [
  ['signal', {}],
  ['signal', new AbortController()],
  ['signal', 5],
  ['signal', null],
  ['isRecord', 'learnt'],
  ['isRecord', null],
  ['onDamage', 'ignore'],
  ['onDamage', 5],
  ['onDamage', null],
]

describe.each(readers)('%s', (_, read) => {
  test.each(wrong)('refuses %s: %j', async (name, value) => {
    // Nothing is there: what opened it first would fail with ENOENT.
    const failure = await failureOf(() => read(temporaryPath(), { [name]: value }))
    expect(failure).toBeInstanceOf(TypeError)
    expect((failure as Error).message).toContain(`option ${name}: expected `)
  })

  test.each([[null], [5], ['skip'], [[]], [() => 'skip']])('refuses %j as options', async (options) => {
    const failure = await failureOf(() => read(temporaryPath(), options as object))
    expect(failure).toBeInstanceOf(TypeError)
    expect((failure as Error).message).toMatch(/^options: expected an object, got /)
  })

  test.each(['ondamage', 'constructor', 'sync'])('refuses an option named %s', async (name) => {
    const failure = await failureOf(() => read(temporaryPath(), { [name]: 'skip' }))
    expect(failure).toBeInstanceOf(TypeError)
    expect((failure as Error).message).toMatch(
      new RegExp(`^option ${name}: not known; there are .*onDamage, `),
    )
  })
})

test('a misspelt dryRun repairs nothing', async () => {
  const file = damagedFile()
  const before = readFileSync(file, 'utf8')
  expect(await failureOf(() => repairFile(file, { dryrun: true } as object))).toBeInstanceOf(TypeError)
  expect(readFileSync(file, 'utf8')).toBe(before)
})

test.each<[string, (path: string) => unknown]>([
  ['output', (path) => repairFile(path, { output: 5 as unknown as string })],
  ['cursor', (path) => followRecords(path, { cursor: 5 as unknown as string })],
])('a wrong %s is told by the name of the option', async (name, call) => {
  const failure = await failureOf(() => call(temporaryPath()))
  expect(failure).toBeInstanceOf(TypeError)
  expect((failure as Error).message).toBe(`option ${name}: expected a string or a file URL, got 5`)
})

test.each(['middle', '5', null])('followRecords refuses from: %j', async (from) => {
  const failure = await failureOf(() => followRecords(temporaryPath(), { from: from as 'end' }))
  expect(failure).toBeInstanceOf(TypeError)
  expect((failure as Error).message).toMatch(
    /^option from: expected 'start', 'end' or an offset as a number, got /,
  )
})

test.each([
  ['onDamage', 'skip'],
  ['onProgress', 'often'],
])('checkFile refuses %s: %j, which is no function', async (name, value) => {
  const failure = await failureOf(() => checkFile(temporaryPath(), { [name]: value }))
  expect(failure).toBeInstanceOf(TypeError)
  expect((failure as Error).message).toBe(`option ${name}: expected a function, got '${value}'`)
})

test('followRecords refuses onChange: 5', async () => {
  const failure = await failureOf(() =>
    followRecords(temporaryPath(), { onChange: 5 as unknown as () => void }),
  )
  expect((failure as Error).message).toBe('option onChange: expected a function, got 5')
})

function damagedFile(): string {
  const file = temporaryPath()
  writeFileSync(file, '{"a":1}\n{"a":2}{"a":3}\n{"a":4}\n')
  return file
}

function later<Answer>(answer: Answer): (damage: Damage) => Promise<Answer> {
  return async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return answer
  }
}

const answers: [DamageAction | undefined, number[]][] = [
  ['salvage', [1, 2, 3, 4]],
  ['skip', [1, 4]],
  [undefined, [1, 4]],
]

test.each(answers)('an onDamage that promises %j is waited for', async (answer, wanted) => {
  const records = await recordsOf(damagedFile(), { onDamage: later(answer) })
  expect(records.map(({ value }) => (value as { a: number }).a)).toEqual(wanted)
})

test.each<[string, ReadRecordsOptions['onDamage'], object]>([
  ['promises "throw"', later('throw' as const), { name: 'DamageError', kind: 'glued' }],
  ['rejects', (): Promise<void> => Promise.reject(new Error('not today')), { message: 'not today' }],
])('an onDamage that %s ends the reading', async (_, onDamage, wanted) => {
  const { records, failure } = await readUntilFailure(damagedFile(), { onDamage: onDamage ?? 'skip' })
  expect(records).toHaveLength(1)
  expect(failure).toMatchObject(wanted)
})
