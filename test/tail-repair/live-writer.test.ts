// A tail can be a live writer's append in flight: half-written records are visible on ext4, tmpfs and btrfs.
// Opening beside a writer takes nothing of it away (W2).

import { once } from 'node:events'
import { createReadStream, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { ByteRange, RecorderOptions } from '../../lib/index.js'
import { everyOpen } from '../support/open-recorder.js'
import { startProgram } from '../support/children.js'
import { Remote } from '../support/remote-file.js'
import { fileWith, temporaryPath, textOf } from '../support/temporary.js'
import { quarantineOf } from './torn-file.js'

const MiB = 1024 * 1024
const recordBytes = 4 * MiB
const mostRecords = 24
const opens = 60

/** Reads line by line: the file is long. */
async function recordsIn(path: string): Promise<{ records: Map<string, number[]>; others: string[] }> {
  const records = new Map<string, number[]>()
  const others: string[] = []
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    // The LF put before our own record where the line in flight has become whole meanwhile.
    if (line === '') continue
    const [, writer, number] = /^\{"writer":"(\w+)","i":(\d+),/.exec(line) ?? []
    const i = Number(number)
    const filler = String.fromCharCode(97 + (i % 26))
    const exact = JSON.stringify({ writer, i, text: filler.repeat(writer === 'opener' ? 1 : recordBytes) })
    if (writer === undefined || line !== exact) others.push(line.slice(0, 80))
    else records.set(writer, [...(records.get(writer) ?? []), i])
  }
  return { records, others }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

describe.each(['plain', 'each', 'Recorder'])('beside a process that appends long records (%s)', (way) => {
  test.each(['quarantine', 'truncate'] as const)(
    `opening, appending and closing again and again with tornTail: %s loses none of them`,
    async (tornTail) => {
      const path = temporaryPath()
      const args = [path, way, String(recordBytes), String(mostRecords)]
      const child = startProgram(
        'long-appender.cjs',
        args,
        {},
        { stdio: ['pipe', 'inherit', 'inherit', 'ipc'] },
      )
      await once(child, 'message')
      const ended = Promise.all([once(child, 'message'), once(child, 'close')])
      const actions = new Set<string>()
      let appended = 0
      for (let i = 0; i < opens && child.exitCode === null; i++) {
        const [, open] = everyOpen[i % 2]!
        const recorder = await open(path, { tornTail })
        if (recorder.repair !== null) actions.add(recorder.repair.action)
        if (i % 10 === 0) await recorder.append({ writer: 'opener', i: appended, text: fillerOf(appended++) })
        await recorder.close()
      }
      child.stdin?.end()
      const [[count], [code]] = (await ended) as [[number], [number]]
      expect(code).toBe(0)
      expect(count).toBeGreaterThan(0)
      const { records, others } = await recordsIn(path)
      expect(others).toEqual([])
      expect(records.get(way)).toEqual(upTo(count))
      expect(records.get('opener')).toEqual(upTo(appended))
      // What is in flight is at most seen; whatever was cut off would have been an append of that process.
      expect([...actions].filter((action) => action !== 'left')).toEqual([])
    },
  )
})

function fillerOf(i: number): string {
  return String.fromCharCode(97 + (i % 26))
}

describe.each(everyOpen)('Recorder.%s between the two halves of a line of another process', (_, open) => {
  test.each<[RecorderOptions]>([
    [{ tornTail: 'quarantine' }],
    [{ tornTail: 'truncate' }],
    [{ tornTail: 'quarantine', lock: 'none' }],
  ])('with %j lets the line become whole', async (options) => {
    const path = fileWith('{"a":1}\n')
    const writer = await Remote.open({ type: 'AppendFile', path })
    const half = (await writer.call('writeOnceSync', Buffer.from('{"b":'))) as ByteRange
    const recorder = await open(path, options)
    const range = { start: half.start, end: half.end }
    expect(recorder.repair).toMatchObject({ action: 'left', range, quarantine: null, failure: null })
    await recorder.close()
    await writer.call('writeOnceSync', Buffer.from('2}\n'))
    expect(textOf(path)).toBe('{"a":1}\n{"b":2}\n')
    expect(quarantineOf(path)).toEqual([])
  })
})

test('what the writer of a torn tail left is mended once it has died', async () => {
  const path = temporaryPath()
  writeFileSync(path, '{"a":1}\n')
  const writer = await Remote.open({ type: 'AppendFile', path })
  await writer.call('writeOnceSync', Buffer.from('{"b":'))
  const [, open] = everyOpen[0]!
  const early = await open(path)
  expect(early.repair?.action).toBe('left')
  await early.close()
  await writer.kill()
  expect((await open(path)).repair?.action).toBe('quarantined')
  expect(textOf(path)).toBe('{"a":1}\n')
})
