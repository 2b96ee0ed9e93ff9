// The quarantine file: JSON Lines itself, with the file's own permissions, and on the disk before anything is
// cut off (W2).

import { execFileSync } from 'node:child_process'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { afterTest } from '../support/after-test.js'
import { everyOpen, openRecorder, openRecorderThrough } from '../support/open-recorder.js'
import { fileWith, linesOf, temporaryPath, textOf } from '../support/temporary.js'
import { WatchedDoor } from '../support/watched-door.js'
import { quarantineOf } from './torn-file.js'

const whole = '{"a":1}\n'
const torn = Buffer.from('{"c":"ä\0\xff€', 'latin1')
const content = Buffer.concat([Buffer.from(whole), torn])

function permissionsOf(file: string): number {
  return statSync(file).mode & 0o7777
}

describe.each(everyOpen)('Recorder.%s', (_, open) => {
  test('writes time, offset, length, reason and the bytes in base64, one JSON object a line', async () => {
    const file = fileWith(content)
    const earliest = Date.now()
    await open(file)
    const lines = linesOf(`${file}.torn`)
    expect(lines).toHaveLength(1)
    const entry = JSON.parse(lines[0]!) as Record<string, unknown>
    expect(Object.keys(entry)).toEqual(['time', 'offset', 'length', 'reason', 'bytes'])
    expect(entry).toMatchObject({ offset: 8, length: torn.length, reason: 'nul-run' })
    expect(Buffer.from(entry['bytes'] as string, 'base64')).toEqual(torn)
    const time = new Date(entry['time'] as string)
    expect(time.toISOString()).toBe(entry['time'])
    expect(time.getTime()).toBeGreaterThanOrEqual(earliest)
    expect(time.getTime()).toBeLessThanOrEqual(Date.now())
  })

  test('adds a line for each further repair', async () => {
    const file = fileWith(`${whole}{"first`)
    await (await open(file)).close()
    writeFileSync(file, '{"sec', { flag: 'a' })
    await (await open(file)).close()
    const found = quarantineOf(file).map(({ offset, bytes }) => [
      offset,
      Buffer.from(bytes, 'base64').toString(),
    ])
    expect(found).toEqual([
      [8, '{"first'],
      [8, '{"sec'],
    ])
    expect(textOf(file)).toBe(whole)
  })

  test('begins a line of its own in a quarantine file that ends in a torn one', async () => {
    const file = fileWith(content)
    writeFileSync(`${file}.torn`, '{"time":"20')
    await open(file)
    const [first, second, ...more] = linesOf(`${file}.torn`)
    expect(first).toBe('{"time":"20')
    expect(JSON.parse(second!)).toMatchObject({ offset: 8, length: torn.length })
    expect(more).toEqual([])
  })

  describe.each([
    ['0022', 0o022],
    ['0077', 0o077],
  ] as const)('under umask %s', (_umask, umask) => {
    test.each([
      ['0600', 0o600],
      ['0640', 0o640],
      ['0644', 0o644],
    ] as const)('gives it the permissions of the file, %s', async (_mode, mode) => {
      const file = fileWith(content)
      execFileSync('chmod', [mode.toString(8), file])
      const before = process.umask(umask)
      afterTest(() => process.umask(before))
      await open(file)
      expect(permissionsOf(`${file}.torn`)).toBe(mode)
      expect(permissionsOf(file)).toBe(mode)
    })
  })
})

test('the bytes are written and synced there before anything is cut off', () => {
  const door = new WatchedDoor()
  const file = fileWith(content)
  openRecorderThrough(door, {}, file)
  const order = door.order('write', 'writeAndSync', 'sync', 'syncDirectories', 'truncateUnderLease')
  expect(order).toEqual([
    'log.jsonl.torn syncDirectories',
    'log.jsonl.torn writeAndSync',
    'log.jsonl truncateUnderLease',
  ])
})

test('a long tail is several entries, which together are all of it', () => {
  const long = Buffer.alloc(50 * 1024 * 1024, '{"long')
  const file = fileWith(Buffer.concat([Buffer.from(whole), long]))
  openRecorder({}, file)
  const entries = quarantineOf(file)
  expect(entries.map(({ offset, length }) => [offset, length])).toEqual([
    [8, 48 * 1024 * 1024],
    [8 + 48 * 1024 * 1024, 2 * 1024 * 1024],
  ])
  expect(Buffer.concat(entries.map(({ bytes }) => Buffer.from(bytes, 'base64'))).equals(long)).toBe(true)
  expect(textOf(file)).toBe(whole)
})

test('a file without a torn tail has no quarantine file', () => {
  const file = temporaryPath()
  openRecorder({}, file).appendSync({ a: 1 })
  openRecorder({}, file)
  expect(existsSync(`${file}.torn`)).toBe(false)
})
