// The cursor: a follower that starts again goes on where the last one was, whatever happened to the file.

import {
  appendFileSync,
  existsSync,
  linkSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { failureOf } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary.js'
import { Following } from './following.js'

function files(text: string): { file: string; cursor: string } {
  const folder = temporaryFolder()
  const file = path.join(folder, 'log.jsonl')
  writeFileSync(file, text)
  return { file, cursor: path.join(folder, 'reader.cursor') }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

/** Follows to the end, and ends in good order. */
async function followOnce(file: string, cursor: string): Promise<{ values: unknown[]; changed: string[] }> {
  const following = new Following(file, { cursor })
  const values = [...(await following.values()), ...(await following.valuesAfterMove())]
  // Records that were waited for were consumed.
  following.stop.abort()
  await following.next()
  return { values, changed: following.changed }
}

test('a restart goes on behind the last record that was consumed', async () => {
  const { file, cursor } = files('1\n2\n')
  expect(await followOnce(file, cursor)).toEqual({ values: [1, 2], changed: [] })
  expect(await followOnce(file, cursor)).toEqual({ values: [], changed: [] })
  appendFileSync(file, '3\n')
  expect(await followOnce(file, cursor)).toEqual({ values: [3], changed: [] })
})

test.each([0, 1, 2, 3, 4])(
  'after %i records were taken and the next not asked for, the last comes again',
  async (n) => {
    const { file, cursor } = files('0\n1\n2\n3\n')
    const following = new Following(file, { cursor })
    for (let taken = 0; taken < n; taken++) {
      expect(await following.next()).toMatchObject({ value: { value: taken } })
      following.forget()
    }
    await following.close()
    const { values } = await followOnce(file, cursor)
    expect(values).toEqual([0, 1, 2, 3].slice(Math.max(0, n - 1)))
  },
)

test('the position that "end" meant is kept, though nothing came', async () => {
  const { file, cursor } = files('1\n')
  const following = new Following(file, { cursor, from: 'end' })
  expect(await following.values()).toEqual([])
  await following.close()
  appendFileSync(file, '2\n')
  expect(await followOnce(file, cursor)).toEqual({ values: [2], changed: [] })
})

test('it names the file by the numbers that stat(2) gives', async () => {
  const { file, cursor } = files('1\n')
  await followOnce(file, cursor)
  const { dev, ino } = statSync(file, { bigint: true })
  expect(JSON.parse(readFileSync(cursor, 'utf8'))).toMatchObject({ file: `${dev}:${ino}` })
})

test('it is written while the position moves, at most each second', async () => {
  const { file, cursor } = files('1\n2\n')
  const following = new Following(file, { cursor })
  await following.take()
  const offset = (): number => (JSON.parse(readFileSync(cursor, 'utf8')) as { offset: number }).offset
  // The beginning is written at once, what follows is not.
  expect(offset()).toBe(0)
  following.door.advance(999)
  await following.take()
  expect(offset()).toBe(0)
  following.door.advance(1)
  await until(() => offset() === 4)
})

test('the file was rotated meanwhile: its rest, then those that came after it', async () => {
  const { file, cursor } = files('1\n')
  await followOnce(file, cursor)
  appendFileSync(file, '2\n')
  renameSync(file, `${file}.2`)
  writeFileSync(`${file}.1`, '3\n')
  writeFileSync(file, '4\n')
  const following = new Following(file, { cursor })
  const values: unknown[] = []
  for (let looks = 0; looks < 4; looks++) values.push(...(await following.valuesAfterMove()))
  expect(values).toEqual([2, 3, 4])
  expect(following.changed).toEqual(['next', 'next'])
})

test('files of the same tick of the clock come once, though the follower starts again between them', async () => {
  const { file, cursor } = files('0\n')
  await followOnce(file, cursor)
  renameSync(file, `${file}.1`)
  const born = (name: string): bigint => statSync(name, { bigint: true }).birthtimeNs
  do {
    // Others than those that were looked at: Linux gives a file whose times somebody has seen finer ones at its next
    // change, and no other file coarser ones behind that (from 6.13 on).
    rmSync(file, { force: true })
    rmSync(`${file}.2`, { force: true })
    writeFileSync(file, '1\n')
    renameSync(file, `${file}.2`)
    writeFileSync(file, '2\n')
  } while (born(file) !== born(`${file}.2`))
  const following = new Following(file, { cursor })
  const values: unknown[] = []
  for (let looks = 0; looks < 4; looks++) values.push(...(await following.valuesAfterMove()))
  expect(values).toEqual([1, 2])
  await following.close()
  renameSync(file, `${file}.3`)
  writeFileSync(file, '3\n')
  expect(await followOnce(file, cursor)).toEqual({ values: [3], changed: ['next'] })
})

test('the file was rotated before anything was consumed: it is read from its start all the same', async () => {
  const { file, cursor } = files('1\n')
  const following = new Following(file, { cursor })
  await following.next()
  following.forget()
  await following.close()
  renameSync(file, `${file}.1`)
  writeFileSync(file, '2\n')
  expect(await followOnce(file, cursor)).toEqual({ values: [1, 2], changed: ['next'] })
})

test('the file was rotated, and nothing is in its place yet', async () => {
  const { file, cursor } = files('1\n')
  await followOnce(file, cursor)
  appendFileSync(file, '2\n')
  renameSync(file, `${file}.1`)
  expect(await followOnce(file, cursor)).toEqual({ values: [2], changed: [] })
  writeFileSync(file, '3\n')
  expect(await followOnce(file, cursor)).toEqual({ values: [3], changed: ['next'] })
})

test('the file was rotated and deleted: that is told, and the next is read from its start', async () => {
  const { file, cursor } = files('1\n')
  await followOnce(file, cursor)
  rmSync(file)
  writeFileSync(file, '2\n')
  expect(await followOnce(file, cursor)).toEqual({ values: [2], changed: ['lost'] })
})

test('the file was emptied meanwhile: from its start', async () => {
  const { file, cursor } = files('11\n22\n')
  await followOnce(file, cursor)
  truncateSync(file)
  appendFileSync(file, '33\n44\n55\n')
  expect(await followOnce(file, cursor)).toEqual({ values: [33, 44, 55], changed: ['restarted'] })
})

test('a fragment was taken back meanwhile: no record comes twice', async () => {
  const { file, cursor } = files('1\n{"a":')
  await followOnce(file, cursor)
  truncateSync(file, 2)
  appendFileSync(file, '2\n')
  expect(await followOnce(file, cursor)).toEqual({ values: [2], changed: [] })
})

test.each(['', 'no cursor\n', '{"wholeline":"cursor","version":1}\n', '{}\n'])(
  'a cursor that says %j is an error, not a new beginning',
  async (text) => {
    const { file, cursor } = files('1\n')
    writeFileSync(cursor, text)
    const failure = await failureOf(() => new Following(file, { cursor }).next())
    expect(failure).toMatchObject({ code: 'ERR_CURSOR_INVALID', path: cursor })
    expect(readFileSync(cursor, 'utf8')).toBe(text)
  },
)

test('a cursor of another path is an error', async () => {
  const { file, cursor } = files('1\n')
  await followOnce(file, cursor)
  const other = `${file}.other`
  writeFileSync(other, '2\n')
  expect(await failureOf(() => new Following(other, { cursor }).next())).toMatchObject({
    code: 'ERR_CURSOR_INVALID',
  })
})

test('one follower at a time has a cursor', async () => {
  const { file, cursor } = files('1\n')
  const first = new Following(file, { cursor })
  await first.take()
  expect(await failureOf(() => new Following(file, { cursor }).next())).toMatchObject({
    kind: 'ResourceBusy',
  })
  await first.close()
  await followOnce(file, cursor)
})

test('what a killed one left beside the cursor does no harm', async () => {
  const { file, cursor } = files('1\n2\n')
  writeFileSync(`${cursor}.tmp`, '{"wholeline":"curs')
  await followOnce(file, cursor)
  expect(existsSync(`${cursor}.tmp`)).toBe(false)
  expect(await followOnce(file, cursor)).toEqual({ values: [], changed: [] })
})

test('a cursor that cannot be written at the end is an error', async () => {
  const { file, cursor } = files('1\n')
  const following = new Following(file, { cursor })
  await following.take()
  const waiting = following.next()
  rmSync(path.dirname(cursor), { recursive: true })
  following.stop.abort()
  expect(await failureOf(() => waiting)).toMatchObject({ code: 'ENOENT' })
})

test('a cursor that cannot be written when the consumer leaves is an error of its leaving', async () => {
  const { file, cursor } = files('1\n2\n')
  const following = new Following(file, { cursor })
  await following.next()
  following.forget()
  await following.next()
  rmSync(path.dirname(cursor), { recursive: true })
  expect(await failureOf(() => following.close())).toMatchObject({ code: 'ENOENT' })
})

test('much was cut off meanwhile: only records near the cut come a second time', async () => {
  const line = (n: number): string => `{"id":${n},"text":"${'x'.repeat(80)}"}\n`
  const lines = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, n) => line(from + n)).join('')
  const kept = lines(1000, 3000)
  const { file, cursor } = files(kept + lines(3000, 4000))
  await followOnce(file, cursor)
  truncateSync(file, kept.length)
  appendFileSync(file, line(5000))
  const { values, changed } = await followOnce(file, cursor)
  expect(values.at(-1)).toMatchObject({ id: 5000 })
  // A part of what was cut off.
  expect(values.length).toBeLessThan(150)
  expect(changed).toEqual(['shortened'])
})

test.each(['', '.tmp', '.lock'])(
  'a cursor whose file%s would be the file that is followed is refused, with nothing touched',
  async (suffix) => {
    const cursor = path.join(temporaryFolder(), 'log.jsonl')
    const failure = await failureOf(() => new Following(cursor + suffix, { cursor }).next())
    expect(failure).toMatchObject({ code: 'ERR_CURSOR_INVALID', path: cursor })
    expect(readdirSync(path.dirname(cursor))).toEqual([])
  },
)

test('a cursor that is a link to the file that is followed is refused', async () => {
  const { file, cursor } = files('1\n')
  linkSync(file, cursor)
  const failure = await failureOf(() => new Following(file, { cursor }).next())
  expect(failure).toMatchObject({ code: 'ERR_CURSOR_INVALID' })
  expect(readdirSync(path.dirname(file)).sort()).toEqual(['log.jsonl', 'reader.cursor'])
})

test('a cursor whose folder turns out to be that of the file is refused once the file is there', async () => {
  const folder = temporaryFolder()
  const link = path.join(temporaryFolder(), 'link')
  symlinkSync(folder, link)
  const file = path.join(folder, 'log.jsonl')
  const following = new Following(file, { cursor: path.join(link, 'log.jsonl') })
  expect(await following.values()).toEqual([])
  const next = following.next()
  writeFileSync(file, '{"kept":true}\n')
  following.door.poke()
  expect(await failureOf(() => next)).toMatchObject({ code: 'ERR_CURSOR_INVALID' })
  expect(readFileSync(file, 'utf8')).toBe('{"kept":true}\n')
})

const ENOSPC = 28
const EIO = 5

test('a disk that is full when it begins: the cursor is written later, and nothing is left beside it', async () => {
  const { file, cursor } = files('1\n2\n')
  const faults = [{ errno: ENOSPC }, { errno: ENOSPC }]
  const following = new Following(file, { cursor }, faults)
  expect(await following.values()).toEqual([1, 2])
  expect([existsSync(cursor), existsSync(`${cursor}.tmp`)]).toEqual([false, false])
  following.door.advance(1000)
  await until(() => faults.length === 0 && !existsSync(`${cursor}.tmp`))
  expect(await following.values()).toEqual([])
  expect([existsSync(cursor), existsSync(`${cursor}.tmp`)]).toEqual([false, false])
  await until(() => {
    following.door.advance(1000)
    return existsSync(cursor)
  })
  expect(JSON.parse(readFileSync(cursor, 'utf8'))).toMatchObject({ offset: 4 })
  await following.close()
  expect(await followOnce(file, cursor)).toEqual({ values: [], changed: [] })
})

test('a disk that is full while it goes on: the cursor is the old one, and nothing is left beside it', async () => {
  const { file, cursor } = files('1\n2\n')
  const faults = [{}, { errno: ENOSPC }]
  const following = new Following(file, { cursor }, faults)
  await following.take()
  following.door.advance(1000)
  await until(() => faults.length === 0 && !existsSync(`${cursor}.tmp`))
  expect(JSON.parse(readFileSync(cursor, 'utf8'))).toMatchObject({ offset: 0 })
})

test('a disk that is full to the end: an error, and nothing is left beside the cursor', async () => {
  const { file, cursor } = files('1\n')
  const following = new Following(file, { cursor }, Array<{ errno: number }>(20).fill({ errno: ENOSPC }))
  await following.take()
  const waiting = following.next()
  following.stop.abort()
  expect(await failureOf(() => waiting)).toMatchObject({ code: 'ENOSPC' })
  expect([existsSync(cursor), existsSync(`${cursor}.tmp`)]).toEqual([false, false])
})

test('what does not pass by itself ends it when it begins', async () => {
  const { file, cursor } = files('1\n')
  const following = new Following(file, { cursor }, [{ errno: EIO }])
  expect(await failureOf(() => following.next())).toMatchObject({ code: 'EIO' })
  expect(existsSync(`${cursor}.tmp`)).toBe(false)
})
