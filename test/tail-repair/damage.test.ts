// `verifyTail`: damage before the last line is reported with its exact range, as far back as was asked for,
// and left as it is.

import { type DamagedLine, type Recorder, type TailRepair } from '../../lib/index.js'
import { everyOpen, openRecorder } from '../support/open-recorder.js'
import { fileWith, textAt, textOf } from '../support/temporary.js'
import { stateOf } from './torn-file.js'

const first = '{"a":1}\n'
const last = '{"z":26}\n'
const nulRun = `${'\0'.repeat(100)}{"n":1}\n`
const glued = '{"b":"to{"b":"two"}\n'
const torn = '{"c":"to\n'

async function eventOf(recorder: Recorder): Promise<TailRepair[]> {
  const told: TailRepair[] = []
  recorder.on('repair', (repair) => told.push(repair))
  await new Promise(setImmediate)
  return told
}

function damageOf(path: string, verifyTail?: number): readonly DamagedLine[] {
  const recorder = openRecorder(verifyTail === undefined ? {} : { verifyTail }, path)
  recorder.closeSync()
  return recorder.repair?.damage ?? []
}

describe.each(everyOpen)('Recorder.%s', (_, open) => {
  test.each([
    ['a run of NULs', nulRun, 'nul-run'],
    ['a glued line', glued, 'not-json'],
    ['a torn line', torn, 'not-json'],
    ['text', 'hello\n', 'not-json'],
    ['bytes that are no UTF-8', Buffer.from('{"b":"\xff"}\n', 'latin1'), 'not-json'],
  ] as const)('reports %s in the middle, and changes nothing', async (__, damaged, kind) => {
    const bytes = Buffer.concat([first, damaged, last].map((part) => Buffer.from(part as string)))
    const path = fileWith(bytes)
    const before = stateOf(path)
    const recorder = await open(path)
    const range = { start: first.length, end: bytes.length - last.length }
    expect(recorder.repair).toEqual({
      action: 'none',
      range: { start: bytes.length, end: bytes.length },
      reason: 'none',
      quarantine: null,
      damage: [{ kind, range }],
      failure: null,
    })
    expect(await eventOf(recorder)).toEqual([recorder.repair])
    await recorder.close()
    expect(stateOf(path)).toEqual(before)
  })

  test('reports damage beside the repair of a torn tail, which takes nothing but the tail', async () => {
    const path = fileWith(`${first}${nulRun}${glued}${last}{"torn`)
    const recorder = await open(path)
    expect(recorder.repair).toMatchObject({ action: 'quarantined', reason: 'torn' })
    expect(recorder.repair?.damage.map(({ kind, range }) => [kind, textAt(path, range)])).toEqual([
      ['nul-run', nulRun],
      ['not-json', glued],
    ])
    expect(textOf(path)).toBe(`${first}${nulRun}${glued}${last}`)
    expect(await eventOf(recorder)).toEqual([recorder.repair])
  })
})

test('reports each of a thousand damaged lines, in their order, among whole ones', () => {
  const lines = Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? `{"i":${i}}\n` : `{"i":${i}\r\n`))
  const path = fileWith(lines.join(''))
  const damaged = lines.filter((_, i) => i % 2 === 1)
  expect(damageOf(path).map(({ kind, range }) => [kind, textAt(path, range)])).toEqual(
    damaged.map((line) => ['not-json', line]),
  )
})

test('the byte order mark stands in the range of a damaged first line, and three other bytes do not', () => {
  expect(damageOf(fileWith(`\uFEFF${glued}${last}`))).toEqual([
    { kind: 'not-json', range: { start: 0, end: 3 + glued.length } },
  ])
  expect(damageOf(fileWith(`[]\n${glued}${last}`))).toEqual([
    { kind: 'not-json', range: { start: 3, end: 3 + glued.length } },
  ])
})

test('of many files opened at once each has its own damage reported', async () => {
  const open = everyOpen[1]![1]
  const files = Array.from({ length: 40 }, (_, i) =>
    fileWith(`${first}${'x'.repeat(i + 1)}\n${last.repeat(1000)}`),
  )
  const recorders = await Promise.all(files.map((file) => open(file)))
  expect(recorders.map(({ repair }) => repair?.damage)).toEqual(
    files.map((_, i) => [{ kind: 'not-json', range: { start: first.length, end: first.length + i + 2 } }]),
  )
})

test('whole records and blank lines are no damage', () => {
  const path = fileWith(`${first}\n \t\r\n[1]\n"x"\n1\r\ntrue\n   ${last}`)
  const recorder = openRecorder({}, path)
  expect(recorder.repair).toBeNull()
})

test('it looks as far back as verifyTail says, and not at a line that begins before', () => {
  const content = `${first}${glued}${last}`
  const sizes = Array.from({ length: content.length + 2 }, (_, verifyTail) => verifyTail)
  // The line is judged when the block begins before it; at its very first byte nobody knows that it is one.
  const seen = sizes.filter((verifyTail) => damageOf(fileWith(content), verifyTail).length > 0)
  expect(seen[0]).toBe(last.length + glued.length + 1)
  expect(seen).toEqual(sizes.slice(seen[0]))
})

test('verifyTail: 0 looks at nothing', () => {
  const path = fileWith(`${first}${glued}`)
  expect(damageOf(path, 0)).toEqual([])
})

test('the default is 64 KiB', () => {
  const whole = `"${'x'.repeat(1021)}"\n`
  expect(damageOf(fileWith(`${first}${glued}${whole.repeat(63)}`))).toHaveLength(1)
  expect(damageOf(fileWith(`${first}${glued}${whole.repeat(64)}`))).toHaveLength(0)
})
