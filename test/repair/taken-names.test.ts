// The names that a repair writes to may lead to the file itself, or to a copy that was finished before: nothing of
// those is ever lost.

import { linkSync, lstatSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { nativeDoor } from '../../lib/door/native-door.js'
import { repairFile } from '../../lib/index.js'
import { NewFile } from '../../lib/repair/new-file.js'
import { failureOf } from '../support/failure.js'
import { stateOf } from '../tail-repair/torn-file.js'
import { doorWith } from './door-with.js'
import { fastPath, fileWith, namesBeside } from './repaired-file.js'

const damaged = '{"id":1}\n{"id":2,"te{"id":3}\noops\n'
const healed = '{"id":1}\n{"id":3}\n'

test.each(['.repairing', '.torn'])(
  'a file called OUTPUT%s is not repaired to OUTPUT, for it would be overwritten',
  async (ending) => {
    const file = fileWith(damaged, `log.jsonl${ending}`)
    const output = file.slice(0, -ending.length)
    const before = stateOf(file)
    for (const dryRun of [true, false]) {
      expect(await failureOf(() => repairFile(file, { output, dryRun }))).toMatchObject({
        ...{ code: 'ERR_OUTPUT_EXISTS', kind: 'AlreadyExists', path: file },
      })
    }
    expect(stateOf(file)).toEqual(before)
    expect(namesBeside(output)).toEqual([ending])
  },
)

test.each(['.repairing', '.torn'])('nor is one that has FILE%s for another name', async (ending) => {
  const file = fileWith('{"id":1}\n{"id":2,"te')
  linkSync(file, file + ending)
  const before = stateOf(file)
  expect(await failureOf(() => repairFile(file))).toMatchObject({ code: 'ERR_OUTPUT_EXISTS' })
  expect(stateOf(file)).toEqual(before)
})

test('a copy that got its place when its repair was killed is not overwritten by the next repair', async () => {
  const file = fileWith(damaged)
  const output = `${file}.out`
  writeFileSync(`${output}.repairing`, 'finished\n')
  linkSync(`${output}.repairing`, `${file}.moved`)
  await repairFile(file, { output })
  expect(readFileSync(`${file}.moved`, 'utf8')).toBe('finished\n')
  expect(readFileSync(output, 'utf8')).toBe(healed)
  expect(namesBeside(file)).toEqual(['.moved', '.out', '.out.torn'])
})

test('a copy that gets its place while another repair is about to write to it is not overwritten', async () => {
  const place = fastPath()
  const ownership = { mode: 0o600, owner: null }
  const first = await NewFile.begin(nativeDoor, `${place}.repairing`, ownership)
  await first.write(Buffer.from('finished\n'))
  await first.finish()
  await first.close()
  let locks = 0
  // The place is taken between the other one's open and its lock.
  const door = doorWith('lock', () => {
    if (locks++ === 0) renameSync(first.path, place)
  })
  const second = await NewFile.begin(door, first.path, ownership)
  await second.write(Buffer.from('second\n'))
  await second.finish()
  await second.close()
  expect(readFileSync(place, 'utf8')).toBe('finished\n')
  expect(readFileSync(first.path, 'utf8')).toBe('second\n')
})

test('a symbolic link to the file is no second name of it: the original is kept under another', async () => {
  const file = fileWith(damaged)
  symlinkSync(file, `${file}.damaged`)
  const foreseen = await repairFile(file, { dryRun: true })
  const { damaged: kept } = await repairFile(file)
  expect([foreseen.damaged, kept]).toEqual([`${file}.damaged.1`, `${file}.damaged.1`])
  expect(readFileSync(`${file}.damaged.1`, 'utf8')).toBe(damaged)
  expect(lstatSync(`${file}.damaged`).isSymbolicLink()).toBe(true)
  expect(readFileSync(file, 'utf8')).toBe(healed)
})
