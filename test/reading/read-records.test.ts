// Records with exact ranges, from and to any offset, forwards and backwards, in bounded memory.

import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import {
  AppendError,
  DamageError,
  Recorder,
  checkFile,
  readRecords,
  type Damage,
  type FoundRecord,
} from '../../lib/index.js'
import { failureOf, thrownBy } from '../support/failure.js'
import { openDescriptorsOf } from '../support/open-descriptors.js'
import { readUntilFailure, recordsOf, salvagedFrom } from '../support/reading.js'
import { temporaryPath } from '../support/temporary.js'

const blockBytes = 256 * 1024

function fileOf(content: string | Buffer): string {
  const path = temporaryPath()
  writeFileSync(path, content)
  return path
}

/** Lines as records, each with the range of its line. */
function recordsIn(lines: readonly string[]): FoundRecord[] {
  let end = 0
  return lines.map((line) => {
    const start = end
    end += Buffer.byteLength(line) + 1
    return { value: JSON.parse(line) as unknown, start, end }
  })
}

const small = ['{"a":1}', '[2]', '"drei ü"', '{"d":{"e":4}}']
const directions = [[false], [true]]

function inOrder(records: readonly FoundRecord[], reverse: boolean): FoundRecord[] {
  return reverse ? [...records].reverse() : [...records]
}

test('the ranges are those that the appends gave', async () => {
  const path = temporaryPath()
  const recorder = await Recorder.open(path)
  const values = [{ a: 1 }, 'ü', [null], { text: '\u2028\n' }]
  const ranges = await Promise.all(values.map((value) => recorder.append(value)))
  await recorder.close()
  expect(await recordsOf(path)).toEqual(values.map((value, i) => ({ value, ...ranges[i] })))
})

test.each(directions)(
  'from any offset: the lines that start there or behind it (reverse: %s)',
  async (reverse) => {
    const path = fileOf(small.join('\n') + '\n')
    const all = recordsIn(small)
    for (let start = 0; start <= all.at(-1)!.end + 2; start++) {
      const expected = all.filter((record) => record.start >= start)
      expect([start, await recordsOf(path, { start, reverse })]).toEqual([start, inOrder(expected, reverse)])
    }
  },
)

test.each(directions)(
  'to any offset: the lines that start before it, whole (reverse: %s)',
  async (reverse) => {
    const path = fileOf(small.join('\n') + '\n')
    const all = recordsIn(small)
    for (let end = 0; end <= all.at(-1)!.end + 2; end++) {
      const expected = all.filter((record) => record.start < end)
      expect([end, await recordsOf(path, { end, reverse })]).toEqual([end, inOrder(expected, reverse)])
    }
  },
)

test.each(directions)(
  'ranges that follow each other give every record once (reverse: %s)',
  async (reverse) => {
    const path = fileOf(small.join('\n') + '\n')
    for (let cut = 0; cut < 40; cut++) {
      const parts = [
        await recordsOf(path, { end: cut, reverse }),
        await recordsOf(path, { start: cut, reverse }),
      ]
      expect(
        inOrder(
          parts.flatMap((part) => inOrder(part, reverse)),
          false,
        ),
      ).toEqual(recordsIn(small))
    }
  },
)

test.each(directions)('lines that end anywhere about the end of a block (reverse: %s)', async (reverse) => {
  for (let shift = -4; shift <= 4; shift++) {
    const lines = ['1', JSON.stringify('x'.repeat(blockBytes + shift - 20)), '{"b":2}', '33', '"é"']
    const path = fileOf(lines.join('\n') + '\n')
    expect(await recordsOf(path, { reverse })).toEqual(inOrder(recordsIn(lines), reverse))
  }
})

test.each(directions)('a record that is longer than several blocks (reverse: %s)', async (reverse) => {
  const lines = ['{"a":1}', JSON.stringify({ long: 'ä'.repeat(blockBytes * 2) }), '{"b":2}']
  const path = fileOf(lines.join('\n') + '\n')
  const all = recordsIn(lines)
  expect(await recordsOf(path, { reverse })).toEqual(inOrder(all, reverse))
  const inside = { start: 10, end: blockBytes, reverse }
  expect(await recordsOf(path, inside)).toEqual([])
  expect(await recordsOf(path, { start: 8, end: 9, reverse })).toEqual([all[1]])
})

test.each(directions)('many records of all lengths (reverse: %s)', async (reverse) => {
  const lines = Array.from({ length: 5000 }, (_, i) =>
    JSON.stringify({ i, pad: 'p'.repeat((i * 7919) % 700) }),
  )
  const path = fileOf(lines.join('\n') + '\n')
  const all = recordsIn(lines)
  expect(await recordsOf(path, { reverse })).toEqual(inOrder(all, reverse))
  const { start } = all[2500]!
  expect(await recordsOf(path, { start, reverse })).toEqual(inOrder(all.slice(2500), reverse))
  expect(await recordsOf(path, { end: start, reverse })).toEqual(inOrder(all.slice(0, 2500), reverse))
})

test.each(directions)('a line that is too long is told of and passed over (reverse: %s)', async (reverse) => {
  const long = JSON.stringify('y'.repeat(blockBytes * 3))
  const lines = ['{"a":1}', long, '{"b":2}']
  const path = fileOf(lines.join('\n') + '\n')
  const all = recordsIn(lines)
  const { records, damage } = await salvagedFrom(path, { reverse, maxRecordBytes: 1000 })
  expect(records).toEqual(inOrder([all[0]!, all[2]!], reverse))
  const excerpt = `"${'y'.repeat(78)}…`
  const { start, end } = all[1]!
  expect(damage).toEqual([{ kind: 'oversize', start, end, line: reverse ? 0 : 2, lines: 1, excerpt }])
})

test.each(directions)('a line of exactly the most bytes is not too long (reverse: %s)', async (reverse) => {
  const path = fileOf('"123"\n"1234"\n')
  const { records, damage } = await salvagedFrom(path, { reverse, maxRecordBytes: 5 })
  expect(records).toEqual([{ value: '123', start: 0, end: 6 }])
  expect(damage).toMatchObject([{ kind: 'oversize', start: 6, end: 13 }])
})

test.each(directions)('of a line too long readers tell what check tells (reverse: %s)', async (reverse) => {
  const mark = '\uFEFF'
  for (const first of ['"1234"', '"12345"', `"${'1'.repeat(blockBytes)}"`]) {
    for (const content of [`${first}\n"x"\n`, `${mark}${first}\n"x"\n`, `${mark}"x"\n${first}`]) {
      const path = fileOf(content)
      const { damage } = await salvagedFrom(path, { reverse, maxRecordBytes: 6 })
      const checked = await checkFile(path, { maxRecordBytes: 6 })
      const line = expect.any(Number) as number
      const oversize = ({ kind }: Damage): boolean => kind === 'oversize'
      expect(damage.filter(oversize)).toEqual(
        checked.damage.filter(oversize).map((one) => ({ ...one, line })),
      )
      expect(damage.filter(oversize)).toHaveLength(first === '"1234"' ? 0 : 1)
    }
  }
})

test.each(directions)('a byte order mark wherever blocks end (reverse: %s)', async (reverse) => {
  for (let shift = -4; shift <= 4; shift++) {
    const lines = ['"first"', JSON.stringify('x'.repeat(blockBytes + shift - 14))]
    const expected = recordsIn(lines).map((one) => ({ ...one, start: one.start + 3, end: one.end + 3 }))
    const path = fileOf(`\uFEFF${lines.join('\n')}\n`)
    expect(await recordsOf(path, { reverse })).toEqual(inOrder(expected, reverse))
  }
})

test('what was appended while reading is read too', async () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => `${i}`)
  const path = fileOf(lines.join('\n') + '\n')
  const found: unknown[] = []
  for await (const { value } of readRecords(path)) {
    if (found.push(value) === 1) appendFileSync(path, '100000\n')
  }
  expect(found.length).toBe(100_001)
  expect(found.at(-1)).toBe(100_000)
})

test.each(directions)('a file that is cut while it is read ends there (reverse: %s)', async (reverse) => {
  const lines = Array.from({ length: 100_000 }, (_, i) => `{"i":${i}}`)
  const path = fileOf(lines.join('\n') + '\n')
  const all = recordsIn(lines)
  const { start } = all[1000]!
  const found: FoundRecord[] = []
  const torn: object[] = []
  const onDamage = (damage: Damage): void => void torn.push({ start: damage.start, end: damage.end })
  for await (const record of readRecords(path, { reverse, onDamage })) {
    if (found.length === 0) truncateSync(path, start + 3)
    found.push(record)
  }
  // What was read before may be given; each record that is given was there, in order, and none is made up.
  const given = new Set(found.map((record) => record.start))
  expect(given.size).toBe(found.length)
  expect(found).toEqual(
    inOrder(
      all.filter((record) => given.has(record.start)),
      reverse,
    ),
  )
  expect(inOrder(found, reverse).slice(0, 1000)).toEqual(all.slice(0, 1000))
  // Forwards it ends wherever reading was; backwards the line that was cut is the only damage.
  expect(torn.slice(0, reverse ? 2 : 0)).toEqual(reverse ? [{ start, end: start + 3 }] : [])
})

test('a function says what is done about each damage', async () => {
  const path = fileOf('{"a":1}\n{"a":2}{"a":3}\n{"a":4}{"a":5}\nnonsense\n{"a":6}\n')
  const onDamage = ({ line }: { line: number }): 'salvage' | 'skip' => (line === 2 ? 'salvage' : 'skip')
  const values = (await recordsOf(path, { onDamage })).map(({ value }) => value)
  expect(values).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 6 }])
})

test('a function that gives nothing skips, and one that gives throw ends it', async () => {
  const path = fileOf('{"a":1}\n{"a":2}{"a":3}\nnonsense\n{"a":6}\n')
  const kinds: string[] = []
  const records = await recordsOf(path, { onDamage: ({ kind }) => void kinds.push(kind) })
  expect([records.map(({ value }) => value), kinds]).toEqual([
    [{ a: 1 }, { a: 6 }],
    ['glued', 'not-json'],
  ])
  const onDamage = ({ kind }: { kind: string }): 'throw' | undefined =>
    kind === 'glued' ? undefined : 'throw'
  const { records: before, failure } = await readUntilFailure(path, { onDamage })
  expect([before.map(({ value }) => value), failure]).toMatchObject([
    [{ a: 1 }],
    { kind: 'not-json', line: 3 },
  ])
})

test('a damage error tells kind, range, line, path and excerpt', async () => {
  const path = fileOf('{"a":1}\n{"a":"\x1b[2J{"a":2}\n')
  const { failure } = await readUntilFailure(path)
  expect(failure).toBeInstanceOf(DamageError)
  expect(failure).toMatchObject({
    name: 'DamageError',
    kind: 'not-json',
    range: { start: 8, end: 26 },
    start: 8,
    end: 26,
    line: 2,
    lines: 1,
    path,
    excerpt: '{"a":"\\u001b[2J{"a":2}',
    message: `read ${path}: not-json at [8, 26), line 2: {"a":"\\u001b[2J{"a":2}`,
  })
})

test('the value of a last line without LF is delivered; only a function is told', async () => {
  const path = fileOf('{"a":1}\n{"a":2}')
  const expected = [
    { value: { a: 1 }, start: 0, end: 8 },
    { value: { a: 2 }, start: 8, end: 15 },
  ]
  for (const onDamage of ['throw', 'skip', 'salvage'] as const)
    expect(await recordsOf(path, { onDamage })).toEqual(expected)
  const kinds: string[] = []
  expect(await recordsOf(path, { onDamage: ({ kind }) => void kinds.push(kind) })).toEqual(expected)
  expect(kinds).toEqual(['missing-newline'])
  expect(await readUntilFailure(path, { onDamage: () => 'throw' })).toMatchObject({
    records: expected.slice(0, 1),
    failure: { kind: 'missing-newline' },
  })
})

test('what is a record on a damaged line is learnt from the whole ones', async () => {
  const whole = '{"id":1,"at":2,"x":0}\n{"at":3,"id":4}\n'
  const damaged = '{"id":5,"at":6,"inner":{"id":7}{"at":8}{"y":[],"at":9,"id":10}[{"id":1,"at":1}]\n'
  const { records } = await salvagedFrom(fileOf(whole + damaged))
  expect(records.slice(2).map(({ value }) => value)).toEqual([{ y: [], at: 9, id: 10 }])
})

test('where nothing can be learnt every object that is not empty is a record', async () => {
  const { records } = await salvagedFrom(fileOf('{"a":{}{"b":1}[{"c":1}]{}\n'))
  expect(records.map(({ value }) => value)).toEqual([{ b: 1 }])
})

test('where lines are arrays, arrays are records', async () => {
  const { records } = await salvagedFrom(fileOf('[1,2]\n[3,[4,{"a":1}[5]\n'))
  expect(records.map(({ value }) => value)).toEqual([[1, 2], [5]])
})

test("the caller's test replaces what would be learnt", async () => {
  const path = fileOf('{"id":1}\n{"id":2,"in":{"kind":"x"}{"id":3}\n')
  const isRecord = (value: unknown): boolean => Object.hasOwn(value as object, 'kind')
  const { records } = await salvagedFrom(path, { isRecord })
  expect(records.slice(1)).toEqual([{ value: { kind: 'x' }, start: 22, end: 34 }])
})

test.each(directions)('a file without records (reverse: %s)', async (reverse) => {
  expect(await recordsOf(fileOf(''), { reverse })).toEqual([])
  expect(await recordsOf(fileOf('\n \n'), { reverse })).toEqual([])
  expect(await recordsOf(fileOf('\uFEFF'), { reverse })).toEqual([])
})

test.each(directions)(
  'the file is closed at the end, on leaving, and on an error (reverse: %s)',
  async (reverse) => {
    const path = fileOf('{"a":1}\n{"a":2}\nnonsense\n{"a":3}\n')
    let open = -1
    for await (const { value } of readRecords(path, { reverse })) {
      expect(value).toEqual(reverse ? { a: 3 } : { a: 1 })
      open = openDescriptorsOf(path)
      break
    }
    expect([open, openDescriptorsOf(path)]).toEqual([1, 0])
    await readUntilFailure(path, { reverse })
    expect(openDescriptorsOf(path)).toBe(0)
    await recordsOf(path, { reverse, onDamage: 'skip' })
    expect(openDescriptorsOf(path)).toBe(0)
  },
)

test('it opens nothing before it is asked for a record', async () => {
  const path = temporaryPath()
  const reading = readRecords(path)
  writeFileSync(path, '1\n')
  expect(openDescriptorsOf(path)).toBe(0)
  expect((await reading.next()).value).toEqual({ value: 1, start: 0, end: 2 })
  await reading.return?.()
  expect(await reading.next()).toEqual({ done: true, value: undefined })
})

test('calls of next that overlap are answered in order', async () => {
  const reading = readRecords(fileOf('1\n2\nnonsense\n3\n'), { onDamage: 'skip' })
  const results = await Promise.all([1, 2, 3, 4, 5].map(() => reading.next()))
  expect(results.map(({ value }) => value?.value)).toEqual([1, 2, 3, undefined, undefined])
})

test('aborting ends it with the reason and closes the file', async () => {
  const path = fileOf('1\n2\n3\n')
  const controller = new AbortController()
  const reason = new Error('enough')
  const found: unknown[] = []
  const failure = await failureOf(async () => {
    for await (const { value } of readRecords(path, { signal: controller.signal })) {
      found.push(value)
      controller.abort(reason)
    }
  })
  expect([found, failure, openDescriptorsOf(path)]).toEqual([[1], reason, 0])
  expect(await failureOf(() => recordsOf(path, { signal: AbortSignal.abort(reason) }))).toBe(reason)
})

test('a path that cannot be read fails with the system call', async () => {
  const failure = await failureOf(() => recordsOf(temporaryPath()))
  expect(failure).toBeInstanceOf(AppendError)
  expect(failure).toMatchObject({ code: 'ENOENT', kind: 'NotFound' })
})

test('a file URL leads to the file', async () => {
  const path = fileOf('1\n')
  const records: unknown[] = []
  for await (const { value } of readRecords(pathToFileURL(path))) records.push(value)
  expect(records).toEqual([1])
})

test.each([
  ['start', -1],
  ['start', 0.5],
  ['end', -1],
  ['end', NaN],
  ['maxRecordBytes', 0],
  ['maxRecordBytes', 2 ** 40],
])('option %s: %s is refused at the call', (name, value) => {
  expect(thrownBy(() => readRecords('x', { [name]: value }))).toBeInstanceOf(RangeError)
})

test.each([
  ['start', '1'],
  ['reverse', 1],
  ['onDamage', 'ignore'],
  ['isRecord', true],
])('option %s: %j is refused at the call', (name, value) => {
  expect(thrownBy(() => readRecords('x', { [name]: value }))).toBeInstanceOf(TypeError)
})
