// Where a file stands and whose it is: links, names, mode, owner; and what is no file of records at all.

import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { repairFile } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { describeAsRoot } from '../support/needs.js'
import { temporaryFolder } from '../support/temporary.js'
import { stateOf } from '../tail-repair/torn-file.js'
import { fastPath, fileWith, namesBeside } from './repaired-file.js'

const damaged = '{"id":1}\n{"id":2,"te{"id":3}\noops\n'
const healed = '{"id":1}\n{"id":3}\n'

test.each([0o600, 0o640, 0o666])('the mode is kept: %o', async (mode) => {
  const file = fileWith(damaged)
  chmodSync(file, mode)
  await repairFile(file)
  const modes = [file, `${file}.damaged`, `${file}.torn`].map((name) => statSync(name).mode & 0o7777)
  expect(modes).toEqual([mode, mode, mode])
})

test('a copy elsewhere has the mode of the file', async () => {
  const file = fileWith(damaged)
  chmodSync(file, 0o640)
  await repairFile(file, { output: `${file}.out` })
  expect(statSync(`${file}.out`).mode & 0o7777).toBe(0o640)
})

describeAsRoot('a file of somebody else', () => {
  test('keeps its owner, and what was removed is theirs, too', async () => {
    const file = fileWith(damaged)
    chownSync(file, 4242, 4343)
    await repairFile(file)
    for (const name of [file, `${file}.damaged`, `${file}.torn`]) {
      expect([name, statSync(name).uid, statSync(name).gid]).toEqual([name, 4242, 4343])
    }
  })

  test('keeps a mode with set-group-ID', async () => {
    const file = fileWith(damaged)
    chownSync(file, 4242, 4343)
    chmodSync(file, 0o2750)
    await repairFile(file)
    expect(statSync(file).mode & 0o7777).toBe(0o2750)
  })
})

test('a symbolic link stays one: what it leads to is repaired, and is what is told', async () => {
  const file = fileWith(damaged)
  const link = path.join(temporaryFolder(), 'link.jsonl')
  symlinkSync(file, link)
  expect(await repairFile(link)).toMatchObject({ path: file, damaged: `${file}.damaged` })
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(link, 'utf8')).toBe(healed)
  expect(namesBeside(link)).toEqual([])
})

test('a file with a second name is refused, for it would stay damaged under that one', async () => {
  const file = fileWith(damaged)
  linkSync(file, `${file}-2`)
  const before = stateOf(file)
  for (const options of [{}, { dryRun: true }]) {
    expect(await failureOf(() => repairFile(file, options))).toMatchObject({
      ...{ code: 'ERR_SEVERAL_NAMES', kind: 'Unsupported', path: file },
    })
  }
  expect(stateOf(file)).toEqual(before)
  expect(namesBeside(file)).toEqual(['-2'])
})

test('a torn last line is mended in place, under all names of the file', async () => {
  const file = fileWith('{"id":1}\n{"id":2,"te')
  linkSync(file, `${file}-2`)
  await repairFile(file)
  expect(readFileSync(`${file}-2`, 'utf8')).toBe('{"id":1}\n')
})

test('an original that was kept before is not overwritten', async () => {
  const file = fileWith(damaged)
  for (const name of ['.damaged', '.damaged.2']) writeFileSync(file + name, name)
  symlinkSync('nowhere', `${file}.damaged.1`)
  const { damaged: kept } = await repairFile(file)
  expect(kept).toBe(`${file}.damaged.3`)
  expect(readFileSync(`${file}.damaged.3`, 'utf8')).toBe(damaged)
  expect(readFileSync(`${file}.damaged`, 'utf8')).toBe('.damaged')
  expect(readFileSync(`${file}.damaged.2`, 'utf8')).toBe('.damaged.2')
})

test('an output that is there already is not overwritten', async () => {
  const file = fileWith(damaged)
  const output = `${file}.out`
  writeFileSync(output, 'theirs')
  const error = { code: 'ERR_OUTPUT_EXISTS', kind: 'AlreadyExists', path: output }
  expect(await failureOf(() => repairFile(file, { output }))).toMatchObject(error)
  expect(await failureOf(() => repairFile(file, { output: file }))).toMatchObject({ ...error, path: file })
  expect(readFileSync(output, 'utf8')).toBe('theirs')
})

test.each([
  ['text', 'Dear all,\nthis is a letter\n'],
  ['CSV', 'id,text\n1,one\n2,two\n'],
  ['JSON over several lines', '{\n  "a": 1,\n  "b": [\n    {}\n  ]\n}\n'],
  ['a list over several lines whose end is missing', '[\n  {\n    "a": 1\n  },\n  {\n    "a": 2'],
  ['lists over several lines, one behind the other', '[\n  {\n    "a": 1\n  }\n]\n'.repeat(2)],
  ['an array of records over several lines', '[\n{"id":1},\n{"id":2},\n{"id":3}\n]\n'],
])('%s is no JSON Lines and is refused', async (_, content) => {
  const file = fileWith(content)
  const before = stateOf(file)
  const error = { code: 'ERR_NOT_JSON_LINES', kind: 'InvalidData', path: file }
  expect(await failureOf(() => repairFile(file))).toMatchObject(error)
  expect(await failureOf(() => repairFile(file, { output: `${file}.out` }))).toMatchObject(error)
  expect(stateOf(file)).toEqual(before)
  expect(namesBeside(file)).toEqual([])
})

test('a line that is too long stays as it is, and is told', async () => {
  const long = `{"id":9,"text":"${'x'.repeat(100)}"}{"glued":1}`
  const file = fileWith(`{"id":1}\n${long}\n`)
  const before = stateOf(file)
  expect(await repairFile(file, { maxRecordBytes: 50 })).toMatchObject({ action: 'none', left: 1 })
  expect(stateOf(file)).toEqual(before)
  writeFileSync(file, `{"id":1}\noops\n${long}`)
  expect(await repairFile(file, { maxRecordBytes: 50 })).toMatchObject({ action: 'rewritten', left: 1 })
  expect(readFileSync(file, 'utf8')).toBe(`{"id":1}\n${long}`)
})

test('isRecord says what is saved', async () => {
  const file = fileWith('{"id":1}\n{"a":{"kind":1}}{"kind":2,\n')
  await repairFile(file, { isRecord: (value) => Object.hasOwn(value as object, 'a') })
  expect(readFileSync(file, 'utf8')).toBe('{"id":1}\n{"a":{"kind":1}}\n')
})

test('what was found is told before anything is changed', async () => {
  const file = fileWith(damaged)
  const told: string[] = []
  await repairFile(file, {
    onDamage: ({ kind }) => {
      expect(readFileSync(file, 'utf8')).toBe(damaged)
      told.push(kind)
    },
  })
  expect(told).toEqual(['torn-prefix', 'not-json'])
})

test.each<[object, string]>([
  [{ dryRun: 1 }, 'option dryRun'],
  [{ maxRecordBytes: 0 }, 'option maxRecordBytes'],
  [{ maxDamage: 0 }, 'option maxDamage'],
  [{ output: '' }, 'option output: expected a path'],
  [{ isRecord: 1 }, 'option isRecord'],
])('wrong options are refused: %j', async (options, message) => {
  const file = fileWith(damaged)
  expect(await failureOf(() => repairFile(file, options))).toMatchObject({
    message: expect.stringContaining(message) as string,
  })
  expect(readFileSync(file, 'utf8')).toBe(damaged)
})

test('a file that is not there is told as what it is', async () => {
  const file = fastPath()
  expect(await failureOf(() => repairFile(file))).toMatchObject({
    code: 'ENOENT',
    kind: 'NotFound',
    path: file,
  })
})
