// Other people's fragments: an append that lands behind one is done again on a line of its own, and nothing
// of theirs is touched (W1, W2).

import { appendFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { AppendFile } from '../../lib/index.js'
import { afterTest } from '../support/after-test.js'
import { failureOf } from '../support/failure.js'
import { FaultyDoor, openFaultyFile } from '../support/faulty-door.js'
import { temporaryPath, textAt, textOf } from '../support/temporary.js'

const EPERM = 1
const record = '{"a":1}\n'
const torn = '{"torn":'

function open(path: string): AppendFile {
  const file = AppendFile.openSync(path)
  afterTest(() => {
    file.closeSync()
  })
  return file
}

describe.each([
  ['appendSync', (file: AppendFile, line: string) => Promise.resolve(file.appendSync(line))],
  ['append', (file: AppendFile, line: string) => file.append(line)],
])('%s', (_, append) => {
  test("behind another writer's unfinished line stands on a line of its own", async () => {
    const path = temporaryPath()
    const file = open(path)
    await append(file, record)
    appendFileSync(path, torn)
    const range = await append(file, record)
    expect(textAt(path, range)).toBe(record)
    const lines = textOf(path).split('\n')
    expect(lines).toEqual(['{"a":1}', torn.padEnd(torn.length + record.length - 1), '{"a":1}', ''])
  })

  test('keeps the LF that ends the foreign line, for the next appender relies on it', async () => {
    const path = temporaryPath()
    const file = open(path)
    appendFileSync(path, torn)
    await append(file, record)
    expect(textOf(path).charAt(torn.length + record.length - 1)).toBe('\n')
  })

  test('behind whole lines of another writer is left where it is', async () => {
    const path = temporaryPath()
    const file = open(path)
    await append(file, record)
    appendFileSync(path, '{"b":2}\n{"c":3}\n')
    expect(await append(file, record)).toEqual({ start: 24, end: 32 })
    expect(textOf(path)).toBe(`${record}{"b":2}\n{"c":3}\n${record}`)
  })

  test('behind an erased fragment is left where it is, however long that is', async () => {
    const path = temporaryPath()
    const file = open(path)
    await append(file, record)
    const blanks = ' '.repeat(200_000)
    appendFileSync(path, blanks)
    const range = await append(file, record)
    expect(range).toEqual({ start: 200_008, end: 200_016 })
    expect(textOf(path)).toBe(`${record}${blanks}${record}`)
  })

  test('behind blanks that end an unfinished line is done again', async () => {
    const path = temporaryPath()
    const file = open(path)
    appendFileSync(path, `${torn}${' '.repeat(100_000)}`)
    const range = await append(file, record)
    expect(textOf(path).split('\n').slice(1)).toEqual(['{"a":1}', ''])
    expect(textAt(path, range)).toBe(record)
  })

  test.each(['abc', '{"a":1}', ' ', '\0\0\0', '\r', 'ä'])(
    'to a file that ends in %j without an LF begins a line of its own, and leaves that',
    async (tail) => {
      const path = temporaryPath()
      writeFileSync(path, `one\n${tail}`)
      const file = open(path)
      const start = Buffer.byteLength(`one\n${tail}\n`)
      expect(await append(file, record)).toEqual({ start, end: start + record.length })
      expect(await append(file, record)).toEqual({ start: start + 8, end: start + 16 })
      expect(textOf(path)).toBe(`one\n${tail}\n${record}${record}`)
    },
  )

  test('that can be neither blanked nor left says so, and is not done twice', async () => {
    const path = temporaryPath()
    const door = new FaultyDoor({ erase: [{ errno: EPERM }] })
    const file = openFaultyFile(door, path)
    appendFileSync(path, torn)
    expect(await failureOf(() => append(file, record))).toMatchObject({
      code: 'ERR_SPLICED',
      kind: 'InvalidData',
      state: 'pending',
      range: { start: 8, end: 16 },
      rollback: { outcome: 'pending', refused: [{ rung: 'erase', reason: 'EPERM', syscall: 'open' }] },
    })
    expect(textOf(path)).toBe(`${torn}${record}`)
    await file.close()
  })

  test('after somebody has emptied the file gives the range in what it is now', async () => {
    const path = temporaryPath()
    const file = open(path)
    for (let i = 0; i < 10; i++) await append(file, record)
    truncateSync(path, 0)
    expect(await append(file, record)).toEqual({ start: 0, end: 8 })
    expect(await append(file, record)).toEqual({ start: 8, end: 16 })
    expect(textOf(path)).toBe(record + record)
  })

  test('after somebody has cut the file in the middle of a line stands on a line of its own', async () => {
    const path = temporaryPath()
    const file = open(path)
    for (let i = 0; i < 3; i++) await append(file, record)
    truncateSync(path, 12)
    const range = await append(file, record)
    expect(textAt(path, range)).toBe(record)
    expect(textOf(path).slice(0, 12)).toBe(`${record}{"a"`)
    expect(textOf(path).split('\n').slice(-2)).toEqual(['{"a":1}', ''])
  })

  test('goes on in the file that was opened when its name is given to another', async () => {
    const path = temporaryPath()
    const file = open(path)
    await append(file, record)
    renameSync(path, `${path}.1`)
    writeFileSync(path, 'somebody else\n')
    expect(await append(file, record)).toEqual({ start: 8, end: 16 })
    unlinkSync(`${path}.1`)
    expect(await append(file, record)).toEqual({ start: 16, end: 24 })
    expect(textOf(path)).toBe('somebody else\n')
  })
})
