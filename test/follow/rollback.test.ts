// Appends that fail, and appends that land behind others' fragments, under a follower: every record that stands
// in the end is delivered once, and nothing else is.

import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  openSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { AppendFile } from '../../lib/index.js'
import { appendLines } from '../../lib/append-file/append-policy.js'
import { closeFile, openFile } from '../../lib/append-file/open-policy.js'
import { resolveAppendFileOptions } from '../../lib/append-file/options.js'
import { performSync } from '../../lib/door/lane.js'
import { nativeDoor } from '../../lib/door/native-door.js'
import { FaultyDoor } from '../support/faulty-door.js'
import { failureOf } from '../support/failure.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { temporaryPath, textOf } from '../support/temporary.js'
import { Following } from './following.js'

const ENOSPC = 28
const EPERM = 1

/** A write of which so much lands, and a probe of its cause that fails. */
const cutAt = (landed: number): { landed?: number; errno?: number }[] => [{ landed }, { errno: ENOSPC }]

test('a fragment that is erased: the record behind it is delivered with the range of its append', async () => {
  const recorder = openRecorderThrough(new FaultyDoor({ write: [{}, ...cutAt(5)] }))
  recorder.appendSync({ a: 1 })
  const following = new Following(recorder.path)
  expect(await following.values()).toEqual([{ a: 1 }])
  // The follower has it open, so no lease is granted.
  expect(await failureOf(() => recorder.appendSync({ b: 2 }))).toMatchObject({
    rollback: { outcome: 'erased' },
  })
  expect(await following.values()).toEqual([])
  const range = recorder.appendSync({ b: 2 })
  expect(await following.take()).toMatchObject([{ value: { b: 2 }, ...range }])
  expect(following.changes).toEqual([])
})

test('a fragment that stays and is sealed: damage, told once it has settled, and the records are delivered', async () => {
  const door = new FaultyDoor({ write: [...cutAt(5)], erase: [{ errno: EPERM }, { errno: EPERM }] })
  const recorder = openRecorderThrough(door)
  const following = new Following(recorder.path)
  expect(await following.values()).toEqual([])
  expect(await failureOf(() => recorder.appendSync({ a: 1 }))).toMatchObject({ state: 'pending' })
  expect(await following.values()).toEqual([])
  recorder.appendSync({ a: 1 })
  expect(textOf(recorder.path)).toBe('{"a":\n{"a":1}\n')
  expect(await following.values()).toEqual([])
  expect(await following.valuesAfter(500)).toEqual([{ a: 1 }])
  expect(following.damage).toMatchObject([{ kind: 'torn-prefix', start: 0, end: 6 }])
})

test('a fragment that is cut off: the record in its place is delivered', async () => {
  const file = temporaryPath()
  writeFileSync(file, '1\n{"a":"long"')
  const following = new Following(file)
  expect(await following.values()).toEqual([1])
  truncateSync(file, 2)
  // As long as the fragment was, so the size alone says nothing.
  appendFileSync(file, '"as long as"\n')
  expect(await following.values()).toEqual(['as long as'])
})

test('lines of a group that were delivered before it was taken back are blanked, and nothing comes twice', async () => {
  const file = temporaryPath()
  const writer = AppendFile.openSync(file)
  const following = new Following(file)
  writer.appendSync('1\n')
  const landed = writer.writeOnceSync(Buffer.from('22\n33\n4'))
  // Whoever reads it now sees whole lines that nobody was promised.
  expect(await following.values()).toEqual([1, 22, 33])
  expect(writer.rollbackSync(landed)).toMatchObject({ outcome: 'erased' })
  expect(await following.values()).toEqual([])
  writer.appendSync('5\n')
  expect(await following.values()).toEqual([5])
  expect(following.changes).toEqual([])
  writer.closeSync()
})

test('whole lines that are cut off after they were delivered: what comes in their place is delivered', async () => {
  const file = temporaryPath()
  writeFileSync(file, '11\n22\n33\n')
  const following = new Following(file)
  expect(await following.values()).toEqual([11, 22, 33])
  truncateSync(file, 3)
  expect(await following.values()).toEqual([])
  appendFileSync(file, '44\n')
  expect(await following.values()).toEqual([44])
  expect(following.changes).toMatchObject([{ what: 'shortened', position: 3 }])
})

test('whole lines that are blanked after they were delivered: the next record on their line is delivered', async () => {
  const file = temporaryPath()
  const lines = '{"a":1}\n{"b":2}\n'
  writeFileSync(file, lines)
  const following = new Following(file)
  expect(await following.values()).toEqual([{ a: 1 }, { b: 2 }])
  writeFileSync(file, `{"a":1}\n${' '.repeat(12)}{"c":3}\n`)
  expect(await following.values()).toEqual([{ c: 3 }])
  expect(following.changes).toEqual([])
})

/** One append behind what somebody writes after it was opened: one operation of it at a time. */
function* appendByStep(path: string, foreign: string, text: string): Generator<number> {
  const file = performSync(openFile(nativeDoor.file(path), resolveAppendFileOptions({})))
  appendFileSync(path, foreign)
  const bytes = Buffer.from(text)
  const policy = appendLines(file, { bytes, offset: 0, length: bytes.length, atomic: false, sync: false })
  let steps = 0
  for (let step = policy.next(); step.done !== true;) {
    const completion = step.value.performSync()
    yield ++steps
    step = policy.next(completion)
  }
  performSync(closeFile(file))
}

test.each(['skip', 'salvage'] as const)(
  'a batch behind a foreign half line comes once, though the follower looks between any two steps (%s)',
  async (onDamage) => {
    const file = temporaryPath()
    writeFileSync(file, '{"n":0}\n')
    const following = new Following(file, { onDamage })
    expect(await following.values()).toEqual([{ n: 0 }])
    const seen: unknown[] = []
    let steps = 0
    for (const step of appendByStep(file, '{"fore', '{"n":1}\n{"n":2}\n{"n":3}\n')) {
      steps = step
      seen.push(...(await following.valuesAfter(20)))
    }
    expect(steps).toBeGreaterThanOrEqual(4)
    expect(textOf(file)).toBe(`{"n":0}\n{"fore${' '.repeat(23)}\n{"n":1}\n{"n":2}\n{"n":3}\n`)
    expect(seen).toEqual([])
    expect(await following.valuesAfter(500)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  },
)

test('half a batch that was blanked while it was looked at is damage that passes', async () => {
  const file = temporaryPath()
  writeFileSync(file, '1\n{"a":   }\n')
  const following = new Following(file)
  expect(await following.values()).toEqual([1])
  writeFileSync(file, '1\n         \n2\n')
  expect(await following.valuesAfter(500)).toEqual([2])
  expect(following.damage).toEqual([])
})

test('records behind a damaged line are not delivered before it has settled', async () => {
  const file = temporaryPath()
  writeFileSync(file, '0\n{"fore')
  const following = new Following(file)
  expect(await following.values()).toEqual([0])
  const writer = AppendFile.openSync(file)
  // The steps of 3.3: landed, blanked but for the last LF, appended again.
  const landed = writer.writeOnceSync(Buffer.from('{"n":1}\n{"n":2}\n'))
  expect(await following.valuesAfter(499)).toEqual([])
  writer.rollbackSync(landed)
  expect(await following.valuesAfter(499)).toEqual([])
  writer.writeOnceSync(Buffer.from('{"n":1}\n{"n":2}\n'))
  expect(await following.valuesAfter(499)).toEqual([{ n: 1 }, { n: 2 }])
  expect(following.damage).toMatchObject([{ kind: 'torn-prefix' }])
  writer.closeSync()
})

test('a busy file is not held up line by line: damage seen long ago is settled', async () => {
  const file = temporaryPath()
  writeFileSync(file, '1\n{]\n2\n{]\n3\n{]\n4\n')
  const following = new Following(file)
  expect(await following.values()).toEqual([1])
  expect(await following.valuesAfter(500)).toEqual([2, 3, 4])
})

test('an emptied file is read again from its start', async () => {
  const file = temporaryPath()
  writeFileSync(file, '11\n22\n')
  const following = new Following(file)
  await following.take()
  truncateSync(file, 0)
  expect(await following.values()).toEqual([])
  appendFileSync(file, '1\n')
  expect(await following.values()).toEqual([1])
  expect(following.changed).toEqual(['restarted'])
})

test('a file emptied and filled further than before between two looks is read again', async () => {
  const file = temporaryPath()
  writeFileSync(file, '{"n":1}\n{"n":2}\n')
  const following = new Following(file)
  await following.take()
  const descriptor = openSync(file, 'r+')
  ftruncateSync(descriptor, 0)
  closeSync(descriptor)
  appendFileSync(file, '{"n":3}\n{"n":4}\n{"n":5}\n')
  expect(statSync(file).size).toBe(24)
  expect(await following.values()).toEqual([{ n: 3 }, { n: 4 }, { n: 5 }])
  expect(following.changed).toEqual(['restarted'])
})

test('an end that was replaced in a long file is read again, and nothing before it', async () => {
  const file = temporaryPath()
  const many = Array.from({ length: 500 }, (_, n) => `{"n":${n}}\n`).join('')
  writeFileSync(file, `${many}"old"\n`)
  const following = new Following(file)
  expect(await following.take()).toHaveLength(501)
  truncateSync(file, many.length)
  appendFileSync(file, '"new"\n"newer"\n')
  expect(await following.values()).toEqual(['new', 'newer'])
  expect(following.changed).toEqual(['shortened'])
})

test.each([
  ['skip', [3]],
  ['salvage', [2, 3]],
] as const)('damage that a function answers with %s', async (action, wanted) => {
  const file = temporaryPath()
  writeFileSync(file, '{"a":{"n":2}\n{"n":3}\n')
  const following = new Following(file, { onDamage: () => action })
  await following.take()
  const values = await following.valuesAfter(500)
  expect(values).toEqual(wanted.map((n) => ({ n })))
})

test('damage that a function answers with throw ends with the error', async () => {
  const file = temporaryPath()
  writeFileSync(file, '{"a":{"n":2}\n{"n":3}\n')
  const following = new Following(file, { onDamage: () => 'throw', settleMs: 0 })
  const failure = await failureOf(() => following.take())
  expect(failure).toMatchObject({ name: 'DamageError', kind: 'torn-prefix', start: 0, end: 13 })
})

function numbered(from: number, to: number): string {
  let text = ''
  for (let n = from; n < to; n++) text += `{"id":${n},"text":"${'x'.repeat(80)}"}\n`
  return text
}

test('much is cut off after it was delivered: only records near the cut come a second time', async () => {
  const file = temporaryPath()
  const kept = numbered(1000, 3000)
  writeFileSync(file, kept + numbered(3000, 4000))
  const following = new Following(file)
  expect(await following.values()).toHaveLength(3000)
  truncateSync(file, kept.length)
  appendFileSync(file, '{"id":5000}\n')
  const again = (await following.values()) as { id: number }[]
  expect(again.at(-1)).toEqual({ id: 5000 })
  expect(again.length).toBeLessThan(100)
  expect(again.map(({ id }) => id)).toEqual([
    ...Array.from({ length: again.length - 1 }, (_, n) => 3001 - again.length + n),
    5000,
  ])
  expect(following.changed).toEqual(['shortened'])
})
