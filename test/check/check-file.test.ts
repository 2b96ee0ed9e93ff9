// checkFile: what it finds, what it tells while it runs, and files that are no ordinary case.

import { appendFileSync, readFileSync, readdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { checkFile, type CheckSizes } from '../../lib/check/check-file.js'
import { AppendError, type CheckReport, type Damage } from '../../lib/index.js'
import { ReadingFile } from '../../lib/reading/reading-file.js'
import { fileWith, temporaryFolder, temporaryPath } from '../support/temporary.js'
import { referenceCheck } from './reference.js'

/** So small that every file here has many segments. */
const small: CheckSizes = { segmentBytes: 100, blockBytes: 32, findings: 4, scanners: 2 }

const whole = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `{"id":${from + i},"text":"record ${from + i}"}\n`).join('')

const openFiles = (): number => readdirSync('/proc/self/fd').length

test('a file of whole records is fine', async () => {
  const content = whole(0, 100)
  const path = fileWith(content)
  for (const options of [{}, { sizes: small }]) {
    expect(await checkFile(path, options)).toEqual({
      path,
      bytes: content.length,
      lines: 100,
      records: 100,
      salvageable: 0,
      ok: true,
      otherFormat: false,
      damage: [],
      harmless: [],
      counts: {},
      truncated: false,
    })
  }
})

test('each damaged line is told with its kind, range, number and beginning', async () => {
  const before = whole(0, 20)
  const bad = '{"id":20,"te{"id":20,"text":"again"}\n'
  const path = fileWith(`${before}${bad}${whole(21, 40)}{"id":40,`)
  const report = await checkFile(path, { sizes: small })
  const end = before.length + bad.length
  expect(report.damage).toEqual([
    { kind: 'torn-prefix', start: before.length, end, line: 21, lines: 1, excerpt: bad.trim() },
    {
      kind: 'torn-tail',
      start: report.bytes - 9,
      end: report.bytes,
      line: 41,
      lines: 1,
      excerpt: '{"id":40,',
    },
  ])
  expect(report).toMatchObject({ ok: false, lines: 41, records: 39, salvageable: 1 })
  expect(report.counts).toEqual({ 'torn-prefix': 1, 'torn-tail': 1 })
})

test('what readers get over is told apart, in runs, and is no damage', async () => {
  const path = fileWith(`\uFEFF{"id":1}\r\n{"id":2}\r\n\n\n    {"id":3}\n     `)
  const report = await checkFile(path)
  expect(report).toMatchObject({ ok: true, lines: 6, records: 3, damage: [] })
  expect(report.harmless).toEqual([
    { kind: 'bom', start: 0, end: 3, line: 1, lines: 1, excerpt: '\\ufeff' },
    { kind: 'crlf', start: 3, end: 23, line: 1, lines: 2, excerpt: '{"id":1}\\u000d' },
    { kind: 'blank', start: 23, end: 25, line: 3, lines: 2, excerpt: '' },
    { kind: 'erased', start: 25, end: 43, line: 5, lines: 2, excerpt: '    {"id":3}' },
  ])
  expect(report.counts).toEqual({ bom: 1, crlf: 2, blank: 2, erased: 2 })
})

test.each([1, 100])(
  'blanks before a record are told before the CR LF behind it, whichever run is over first: segments of %i',
  async (segmentBytes) => {
    const path = fileWith('  {}\r\n {}\n{}\n {}\r\n{}\r\n')
    const { harmless } = await checkFile(path, { sizes: { ...small, segmentBytes } })
    expect(harmless.map(({ kind, start, end }) => [kind, start, end])).toEqual([
      ['erased', 0, 10],
      ['crlf', 0, 6],
      ['erased', 13, 18],
      ['crlf', 13, 22],
    ])
  },
)

test.each([1, 100])(
  'a list that is too short holds the first of the file, though a run is told when it is over: segments of %i',
  async (segmentBytes) => {
    const path = fileWith(' {}\r\n{}\n{}\r\n')
    const { harmless, truncated } = await checkFile(path, { maxDamage: 1, sizes: { ...small, segmentBytes } })
    expect(harmless.map(({ kind, start, end }) => [kind, start, end])).toEqual([['erased', 0, 5]])
    expect(truncated).toBe(true)
  },
)

test('a run of CR LF over many segments is one finding', async () => {
  const path = fileWith(whole(0, 200).replaceAll('\n', '\r\n'))
  const report = await checkFile(path, { sizes: small })
  expect(report.harmless).toMatchObject([{ kind: 'crlf', start: 0, end: report.bytes, line: 1, lines: 200 }])
})

test('an empty file is empty, and no damage', async () => {
  const report = await checkFile(fileWith(''))
  expect(report).toMatchObject({ ok: true, bytes: 0, lines: 0, records: 0, counts: { 'empty-file': 1 } })
  expect(report.harmless).toMatchObject([{ kind: 'empty-file', start: 0, end: 0 }])
})

test('a line longer than maxRecordBytes is oversize, with its range, however far its end', async () => {
  const long = `"${'x'.repeat(1000)}"\n`
  const path = fileWith(`1\n${long}2\n`)
  const report = await checkFile(path, { maxRecordBytes: 500, sizes: small })
  expect(report.damage).toMatchObject([{ kind: 'oversize', start: 2, end: 2 + long.length, line: 2 }])
  expect(report).toMatchObject({ lines: 3, records: 2 })
  expect((await checkFile(path, { maxRecordBytes: 1002 })).ok).toBe(true)
})

test('NULs without an LF, over many segments, are one finding', async () => {
  const path = fileWith('{"id":1}\n')
  truncateSync(path, 100_000_000)
  const report = await checkFile(path)
  expect(report.damage).toMatchObject([{ kind: 'oversize', start: 9, end: 100_000_000, line: 2 }])
  expect(report).toMatchObject({ bytes: 100_000_000, lines: 2, records: 1 })
})

test('lists are bounded, counts are exact, and onDamage is told of everything', async () => {
  const path = fileWith('{"id":1}\n\n{"id\n'.repeat(300))
  const told: Damage[] = []
  const report = await checkFile(path, {
    maxDamage: 10,
    sizes: small,
    onDamage: (damage) => void told.push(damage),
  })
  expect(report.damage.map(({ line }) => line)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30])
  expect(report.harmless).toHaveLength(10)
  expect(report).toMatchObject({ truncated: true, ok: false, counts: { blank: 300, 'torn-prefix': 300 } })
  expect(told.filter(({ kind }) => kind === 'torn-prefix').map(({ line }) => line)).toEqual(
    Array.from({ length: 300 }, (_, i) => 3 * i + 3),
  )
  expect(told).toHaveLength(600)
})

test('the check waits for what onDamage has to do', async () => {
  const path = fileWith('x\n'.repeat(20))
  let running = 0
  let most = 0
  await checkFile(path, {
    onDamage: async () => {
      most = Math.max(most, ++running)
      await new Promise(setImmediate)
      running--
    },
  })
  expect({ running, most }).toEqual({ running: 0, most: 1 })
})

test('an error in onDamage ends the check, and leaves nothing open', async () => {
  const path = fileWith('x\n'.repeat(1000))
  const before = openFiles()
  const onDamage = (): never => {
    throw new Error('no more')
  }
  await expect(checkFile(path, { onDamage, sizes: small })).rejects.toThrow('no more')
  expect(openFiles()).toBe(before)
})

test("the caller's isRecord says what can be saved", async () => {
  const path = fileWith('{"a":{"b":1}{"b":2}\n')
  const isRecord = (value: unknown): boolean => (value as { b?: number }).b === 2
  expect(await checkFile(path, { isRecord })).toMatchObject({ salvageable: 1 })
  expect(await checkFile(path, { isRecord: () => false })).toMatchObject({ salvageable: 0 })
})

test('progress goes up to all of it', async () => {
  const content = whole(0, 100)
  const path = fileWith(content)
  const told: number[] = []
  await checkFile(path, {
    sizes: small,
    onProgress: (done, total) => {
      expect(total).toBe(content.length)
      told.push(done)
    },
  })
  expect(told).toEqual([...told].sort((a, b) => a - b))
  expect(told.length).toBeGreaterThan(10)
  expect(told.at(-1)).toBe(content.length)
})

test('a signal ends it with its reason, before it begins and while it runs', async () => {
  const path = fileWith(whole(0, 1000))
  const before = openFiles()
  await expect(checkFile(path, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  const stop = new AbortController()
  let told = 0
  const onProgress = (): void => {
    if (++told === 3) stop.abort(new Error('while'))
  }
  const checking = checkFile(path, { signal: stop.signal, onProgress, sizes: small })
  await expect(checking).rejects.toThrow('while')
  expect(told).toBe(3)
  expect(openFiles()).toBe(before)
})

test('what is appended meanwhile is not looked at, but for the end of the last line', async () => {
  const content = `${whole(0, 100)}{"id":100`
  const path = fileWith(content)
  let grown = false
  const onProgress = (): void => {
    if (!grown) appendFileSync(path, '}\nbroken\n')
    grown = true
  }
  const report = await checkFile(path, { onProgress, sizes: small })
  expect(report).toMatchObject({ ok: true, lines: 101, records: 101, bytes: content.length + 2 })
})

test('a file that shrinks meanwhile is checked up to where it ends', async () => {
  const content = whole(0, 400)
  const path = fileWith(content)
  const cut = content.length - 1005
  let shrunk = false
  const onProgress = (): void => {
    if (!shrunk) truncateSync(path, cut)
    shrunk = true
  }
  const report = await checkFile(path, { onProgress, sizes: small })
  const wanted = referenceCheck(readFileSync(path), 1000, () => false)
  expect(wanted.findings).toMatchObject([{ kind: 'torn-tail', end: cut }])
  expect(report.damage).toMatchObject(wanted.findings)
  expect(report).toMatchObject({ bytes: cut, lines: wanted.lines, records: wanted.records })
})

/** Checks a file of damaged lines, blank ones between them; when the first is told, `change` has its way. */
async function checkWhile(content: string, change: (path: string) => void): Promise<[CheckReport, Damage[]]> {
  const path = fileWith(content)
  const told: Damage[] = []
  const onDamage = (damage: Damage): void => {
    if (told.push(damage) === 1) change(path)
  }
  // A whole window is held from before the change.
  return [await checkFile(path, { onDamage }), told]
}

const long = `{"id":1,"text":"${'x'.repeat(300_000)}\n`

test('damage that is cut off before it is looked at is not told', async () => {
  const content = `x\n${long.repeat(3)}\n\n${long}\r\n{"id"`
  const [report, told] = await checkWhile(content, (path) => truncateSync(path, 0))
  expect(told.map(({ kind, start, end }) => [kind, start, end])).toEqual([['not-json', 0, 2]])
  expect(report).toMatchObject({ counts: { 'not-json': 1 }, bytes: content.length, lines: 9, salvageable: 0 })
})

test('a line that is cut off in the middle before it is looked at is torn, up to there', async () => {
  const [, told] = await checkWhile(`x\n${long.repeat(3)}`, (path) =>
    truncateSync(path, 2 + long.length + 10),
  )
  expect(told.map(({ kind, start, end }) => [kind, start, end])).toEqual([
    ['not-json', 0, 2],
    ['torn-prefix', 2, 2 + long.length],
    ['torn-tail', 2 + long.length, 2 + long.length + 10],
  ])
})

test('other lines that stand in the place of a damaged one are not taken for it', async () => {
  const [, told] = await checkWhile(`x\n${long.repeat(3)}`, (path) =>
    writeFileSync(path, '{"id":1}\n'.repeat(200_000)),
  )
  expect(told.map(({ kind, start, end }) => [kind, start, end])).toEqual([['not-json', 0, 2]])
})

test('a path that leads to another file meanwhile does not mix two files', async () => {
  const path = fileWith(whole(0, 100))
  const other = temporaryPath()
  writeFileSync(other, 'x\n'.repeat(2000))
  const open = ReadingFile.open.bind(ReadingFile)
  const opening = jest.spyOn(ReadingFile, 'open').mockImplementation(async (name, door) => {
    const file = await open(name, door)
    if (opening.mock.calls.length === 2) renameSync(other, path)
    return file
  })
  try {
    const before = openFiles()
    const report = await checkFile(path, { sizes: { ...small, scanners: 4 } })
    expect(report).toMatchObject({ ok: true, lines: 100, records: 100 })
    expect(opening).toHaveBeenCalledTimes(3)
    expect(openFiles()).toBe(before)
  } finally {
    opening.mockRestore()
  }
})

test('a file that is not there, or is none, is an AppendError', async () => {
  const missing = checkFile(temporaryPath())
  await expect(missing).rejects.toBeInstanceOf(AppendError)
  await expect(missing).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' })
  await expect(checkFile(temporaryFolder())).rejects.toMatchObject({ code: 'EISDIR' })
})

test('options that make no sense are refused, and a file URL is a path', async () => {
  const path = fileWith('1\n')
  await expect(checkFile(path, { maxRecordBytes: 0 })).rejects.toThrow(RangeError)
  await expect(checkFile(path, { maxDamage: 1.5 })).rejects.toThrow(RangeError)
  expect((await checkFile(pathToFileURL(path))).path).toBe(path)
})

test('nesting is judged to the depth of the longest record', async () => {
  const deep = 100_000
  const path = fileWith(`${'['.repeat(deep)}${']'.repeat(deep)}\n${'['.repeat(deep)}\n`)
  const report = await checkFile(path, { maxRecordBytes: 2 * deep })
  expect(report).toMatchObject({ lines: 2, records: 1 })
})
