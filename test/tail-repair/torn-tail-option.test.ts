// What each value of `tornTail` does to a torn last line, and what it reports (3.4).

import { existsSync } from 'node:fs'
import { AppendFile, type TailRepair } from '../../lib/index.js'
import { failureOf } from '../support/failure.js'
import { everyOpen } from '../support/open-recorder.js'
import { fileWith, textAt, textOf } from '../support/temporary.js'
import { quarantinedBytes, quarantineOf, stateOf } from './torn-file.js'

const whole = '{"a":1}\n{"b":2}\n'
const torn = '{"c":"tor'
const range = { start: whole.length, end: whole.length + torn.length }
const nothingElse = { range, reason: 'torn', damage: [], failure: null } as const

describe.each(everyOpen)('Recorder.%s', (_, open) => {
  test('quarantines a torn tail by default, and the next record stands in its place', async () => {
    const path = fileWith(whole + torn)
    const recorder = await open(path)
    const quarantine = `${path}.torn`
    expect(recorder.repair).toEqual({ ...nothingElse, action: 'quarantined', quarantine })
    expect(textOf(path)).toBe(whole)
    expect(quarantinedBytes(path).toString()).toBe(torn)
    expect(recorder.appendSync({ d: 4 })).toEqual({ start: 16, end: 24 })
    expect(textOf(path)).toBe(`${whole}{"d":4}\n`)
  })

  test('quarantines with tornTail: quarantine as by default', async () => {
    const path = fileWith(whole + torn)
    expect((await open(path, { tornTail: 'quarantine' })).repair?.action).toBe('quarantined')
    expect(textOf(path)).toBe(whole)
    expect(quarantineOf(path)).toHaveLength(1)
  })

  test('cuts a torn tail off with tornTail: truncate, and makes no other file', async () => {
    const path = fileWith(whole + torn)
    const recorder = await open(path, { tornTail: 'truncate' })
    expect(recorder.repair).toEqual({ ...nothingElse, action: 'truncated', quarantine: null })
    expect(textOf(path)).toBe(whole)
    expect(existsSync(`${path}.torn`)).toBe(false)
    expect(recorder.appendSync({ d: 4 })).toEqual({ start: 16, end: 24 })
    expect(textOf(path)).toBe(`${whole}{"d":4}\n`)
  })

  test('only ends the torn line with tornTail: seal', async () => {
    const path = fileWith(whole + torn)
    const recorder = await open(path, { tornTail: 'seal' })
    expect(recorder.repair).toEqual({ ...nothingElse, action: 'sealed', quarantine: null })
    expect(textOf(path)).toBe(`${whole}${torn}\n`)
    expect(existsSync(`${path}.torn`)).toBe(false)
    const appended = recorder.appendSync({ d: 4 })
    expect(textAt(path, appended)).toBe('{"d":4}\n')
    expect(textOf(path)).toBe(`${whole}${torn}\n{"d":4}\n`)
  })

  test('refuses with tornTail: fail, says where the torn line is, and changes nothing', async () => {
    const path = fileWith(whole + torn)
    const before = stateOf(path)
    const error = await failureOf(() => open(path, { tornTail: 'fail' }))
    expect(error).toMatchObject({
      name: 'AppendError',
      code: 'ERR_TORN_TAIL',
      errno: 0,
      kind: 'InvalidData',
      path,
      message: expect.stringContaining(`[${range.start}, ${range.end})`) as string,
    })
    expect(stateOf(path)).toEqual(before)
    expect(existsSync(`${path}.torn`)).toBe(false)
  })

  test('with tornTail: fail opens a file whose last line only lacks its LF, and one that is whole', async () => {
    const path = fileWith(whole.slice(0, -1))
    expect((await open(path, { tornTail: 'fail' })).repair?.action).toBe('completed')
    const again = await open(path, { tornTail: 'fail' })
    expect(again.repair).toBeNull()
    expect(textOf(path)).toBe(whole)
  })

  test.each(['quarantine', 'truncate', 'seal', 'fail'] as const)(
    'leaves a whole file as it is with tornTail: %s, and reports nothing',
    async (tornTail) => {
      const path = fileWith(whole)
      const before = stateOf(path)
      const recorder = await open(path, { tornTail })
      expect(recorder.repair).toBeNull()
      await recorder.close()
      expect(stateOf(path)).toEqual(before)
      expect(existsSync(`${path}.torn`)).toBe(false)
    },
  )

  test('tells the same in the event repair, in the turn after opening', async () => {
    const path = fileWith(whole + torn)
    const recorder = await open(path)
    const told: TailRepair[] = []
    recorder.on('repair', (repair) => told.push(repair))
    expect(told).toEqual([])
    await new Promise(setImmediate)
    expect(told).toEqual([recorder.repair])
    expect(told[0]?.action).toBe('quarantined')
  })

  test('mends the file that reopen() leads to, and tells it', async () => {
    const path = fileWith(whole)
    const other = fileWith(whole + torn)
    const recorder = await open(path)
    const told: TailRepair[] = []
    recorder.on('repair', (repair) => told.push(repair))
    await recorder.reopen(other)
    expect(recorder.repair).toMatchObject({ action: 'quarantined', range, quarantine: `${other}.torn` })
    expect(told).toEqual([recorder.repair])
    expect(textOf(other)).toBe(whole)
    expect(textOf(path)).toBe(whole)
  })
})

test('AppendFile knows no records: it repairs nothing at opening, and begins a line of its own', async () => {
  for (const open of [(path: string) => AppendFile.open(path), (path: string) => AppendFile.openSync(path)]) {
    const path = fileWith(whole + torn)
    const before = stateOf(path)
    const file = await open(path)
    expect(stateOf(path)).toEqual(before)
    const appended = file.appendSync('{"d":4}\n')
    await file.close()
    expect(textAt(path, appended)).toBe('{"d":4}\n')
    expect(textOf(path)).toBe(`${whole}${torn}\n{"d":4}\n`)
    expect(existsSync(`${path}.torn`)).toBe(false)
  }
})
