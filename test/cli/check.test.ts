// `wholeline check`: what it says, to people and to machines, and how it ends.

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileWith, temporaryFolder, temporaryPath } from '../support/temporary.js'
import { program, run } from './program.js'

const glued = '{"id":1}{"id":2}'
const damaged = `{"id":0}\n${glued}\n\n{"id":3}\r\n{"id":4`

/** A folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), content)
  }
  return folder
}

const textOfRun = async (args: readonly string[]): Promise<string> => String((await run(args)).stdout)

const jsonLines = (text: Buffer): Record<string, unknown>[] =>
  text
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('a file that is fine: one line that says so, exit code 0', async () => {
  const file = fileWith('{"a":1}\n{"a":2}\n')
  const { code, stdout, stderr } = await run(['check', file])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(String(stdout)).toBe(`${file}: fine (2 records in 2 lines, 16 B)\n`)
})

test('damage: a table of it, what can be saved, what is no damage, exit code 1', async () => {
  const file = fileWith(damaged)
  const { code, stdout, stderr } = await run(['check', file])
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(String(stdout).split('\n')).toEqual([
    `${file}: 2 damaged lines (2 records in 5 lines, 44 B)`,
    '  line  kind       bytes     how it begins',
    '  2     glued      [9, 26)   {"id":1}{"id":2}',
    '  5     torn-tail  [37, 44)  {"id":4',
    '  2 whole records can be saved from damaged lines',
    '  no damage: 1 blank line, 1 line with CR LF',
    '',
  ])
})

test.each([
  ['text', 'Dear diary,\nnothing happened.\n'],
  ['CSV', 'id,name\n1,one\n'],
  ['JSON over several lines', '{\n  "a": 1\n}\n'],
])('a file that is %s: that is said in one line before the table', async (_, content) => {
  const file = fileWith(content)
  const lines = (await textOfRun(['check', file])).split('\n')
  expect(lines[0]).toContain('damaged line')
  expect(lines[1]).toBe(
    '  it does not begin like JSON Lines: text or another format? The recorder refuses to open it',
  )
  expect(lines[2]).toContain('how it begins')
  const objects = jsonLines((await run(['check', '--json', file])).stdout)
  expect(objects.at(-1)).toMatchObject({ type: 'summary', ok: false, otherFormat: true })
})

test('a damaged first record is no other format', async () => {
  expect(await textOfRun(['check', fileWith('{"a":{"a":1}\n{"a":2}\n')])).not.toContain('JSON Lines')
})

test('an empty file is empty', async () => {
  const file = fileWith('')
  expect(await textOfRun(['check', file])).toBe(`${file}: empty (0 records in 0 lines, 0 B)\n`)
})

test('much damage: the first twenty lines of it, and how many more', async () => {
  const file = fileWith(`{"id":0}\n${'x\n'.repeat(1234)}`)
  const lines = (await textOfRun(['check', file])).trimEnd().split('\n')
  expect(lines[0]).toContain(': 1,234 damaged lines (1 record in 1,235 lines')
  expect(lines).toHaveLength(23)
  expect(lines[22]).toBe('  and 1,214 more; --json tells of each')
})

test('what a line holds does not steer the terminal', async () => {
  const file = fileWith('\u001b[2J\u001b[31mred\n')
  expect(await textOfRun(['check', file])).toContain('\\u001b[2J\\u001b[31mred')
})

test('what is wrong with a line is seen, where it is a byte order mark or turns the text around', async () => {
  const said = await textOfRun(['check', fileWith('{}\n\ufeff{"id":1}\n\u202e{"id":2}\n')])
  expect(said).toContain('  \\ufeff{"id":1}\n')
  expect(said).toContain('  \\u202e{"id":2}\n')
})

test('--json: one object for each finding, harmless or not, and a summary', async () => {
  const file = fileWith(damaged)
  const { code, stdout } = await run(['check', '--json', file])
  const objects = jsonLines(stdout)
  const summary = objects.pop()
  expect(code).toBe(1)
  expect(objects).toHaveLength(4)
  expect(objects.map(({ kind, harmless }) => [kind, harmless])).toEqual(
    expect.arrayContaining([
      ['glued', false],
      ['blank', true],
      ['crlf', true],
      ['torn-tail', false],
    ]),
  )
  expect(objects.find(({ kind }) => kind === 'glued')).toEqual({
    ...{ type: 'damage', file, kind: 'glued', harmless: false },
    ...{ start: 9, end: 26, line: 2, lines: 1, excerpt: glued },
  })
  expect(summary).toEqual({
    ...{
      type: 'summary',
      file,
      ok: false,
      otherFormat: false,
      bytes: 44,
      lines: 5,
      records: 2,
      salvageable: 2,
    },
    counts: { glued: 1, blank: 1, crlf: 1, 'torn-tail': 1 },
    seconds: expect.any(Number) as number,
    error: null,
  })
})

test('--json tells of all damage, however much', async () => {
  const file = fileWith('x\n'.repeat(30_000))
  const objects = jsonLines((await run(['check', '--json', file])).stdout)
  expect(objects).toHaveLength(30_001)
  expect(objects.at(-2)).toMatchObject({ line: 30_000, start: 59_998, end: 60_000 })
})

test('several files: each by itself, and the worst decides the exit code', async () => {
  const [fine, bad] = [fileWith('1\n'), fileWith('x\n')]
  const missing = temporaryPath()
  const both = await run(['check', fine, bad])
  expect(both.code).toBe(1)
  expect(String(both.stdout)).toContain(`${fine}: fine`)
  expect(String(both.stdout)).toContain(`${bad}: 1 damaged line`)
  const all = await run(['check', missing, bad, fine])
  expect(all.code).toBe(2)
  expect(all.stderr).toBe(`wholeline: open ${missing}: ENOENT, open\n`)
  expect(String(all.stdout)).toContain(`${fine}: fine`)
})

test('a folder is refused as what it is, with --json too', async () => {
  const folder = temporaryFolder()
  const { code, stdout, stderr } = await run(['check', '--json', folder])
  expect(code).toBe(2)
  expect(stderr).toContain('EISDIR, open (it is a directory)')
  expect(jsonLines(stdout)).toEqual([
    {
      ...{ type: 'summary', file: folder, ok: false },
      error: expect.objectContaining({ code: 'EISDIR', syscall: 'open' }) as object,
    },
  ])
})

test('patterns that no shell expanded: names in order, folders left out', async () => {
  const content = {
    'a.jsonl': '1\n',
    'b.jsonl': '2\n',
    'c.txt': '3\n',
    '.d.jsonl': '4\n',
    'e.jsonl/f.jsonl': '5\n',
  }
  const folder = folderWith({ ...content, 'g/h/i.jsonl': '6\n' })
  const found = async (pattern: string): Promise<string[]> =>
    (await textOfRun(['check', path.join(folder, pattern)]))
      .trimEnd()
      .split('\n')
      .map((line) => path.relative(folder, line.slice(0, line.indexOf(': '))))
  expect(await found('*.jsonl')).toEqual(['a.jsonl', 'b.jsonl'])
  expect(await found('[b-z].*')).toEqual(['b.jsonl', 'c.txt'])
  expect(await found('[!ab].*')).toEqual(['c.txt'])
  expect(await found('?.txt')).toEqual(['c.txt'])
  expect(await found('.*.jsonl')).toEqual(['.d.jsonl'])
  expect(await found('**/*.jsonl')).toEqual(['a.jsonl', 'b.jsonl', 'e.jsonl/f.jsonl', 'g/h/i.jsonl'])
  expect(await found('**')).toEqual(['a.jsonl', 'b.jsonl', 'c.txt', 'e.jsonl/f.jsonl', 'g/h/i.jsonl'])
  expect(await found('g/**')).toEqual(['g/h/i.jsonl'])
  expect(await found('*/*/i*')).toEqual(['g/h/i.jsonl'])
})

test('a pattern that matches nothing cannot be done; a name that looks like one is a name', async () => {
  const folder = folderWith({ '[a].jsonl': '1\n' })
  const none = await run(['check', path.join(folder, '*.txt')])
  expect(none.code).toBe(2)
  expect(none.stderr).toBe(`wholeline: check: no file matches ${path.join(folder, '*.txt')}\n`)
  expect((await run(['check', path.join(folder, '[a].jsonl')])).code).toBe(0)
})

test('a pattern that is none is told, and the other files are checked', async () => {
  const folder = folderWith({ 'a.jsonl': '1\n', 'b.jsonl': '2\n' })
  const [pattern, ok] = [path.join(folder, '[z-a].jsonl'), path.join(folder, 'b.jsonl')]
  const { code, stdout, stderr } = await run(['check', pattern, ok])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `wholeline: check: ${pattern} is no pattern: a range in brackets runs backwards\n`,
  })
  expect(String(stdout)).toContain(`${ok}: fine`)
  expect((await run(['check', path.join(folder, '[a]**')])).code).toBe(0)
})

test('a folder that may not be read is told, and what matches elsewhere is checked', () => {
  const folder = folderWith({ 'a.jsonl': '1\n', 'locked/b.jsonl': 'x\n' })
  const locked = path.join(folder, 'locked')
  const checked = (pattern: string): ReturnType<typeof spawnSync> => {
    // Root may read all, unless it gives that up.
    const limited =
      process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []
    const command = [...limited, process.execPath, program, 'check', path.join(folder, pattern)]
    return spawnSync('env', command)
  }
  chmodSync(locked, 0)
  try {
    const { status, stdout, stderr } = checked('**/*.jsonl')
    expect(String(stdout)).toContain(`${folder}/a.jsonl: fine`)
    expect([status, String(stderr)]).toEqual([2, `wholeline: check: cannot read folder ${locked}: EACCES\n`])
    const lookedUp = checked('l*/b.jsonl')
    expect(String(lookedUp.stderr)).toBe(`wholeline: check: cannot look up ${locked}/b.jsonl: EACCES\n`)
  } finally {
    chmodSync(locked, 0o700)
  }
})

test('--max-record-bytes: longer lines are oversize', async () => {
  const file = fileWith(`"${'x'.repeat(100)}"\n`)
  expect(await textOfRun(['check', '--max-record-bytes', '100', file])).toContain('oversize')
  expect((await run(['check', '--max-record-bytes', '102', file])).code).toBe(0)
})

test.each([
  [[], 'which FILE?'],
  [['--max-record-bytes', '0', 'f'], 'expected bytes from 1 to'],
  [['--nonsense', 'f'], "Unknown option '--nonsense'"],
])('arguments %j are refused with the usage', async (args, message) => {
  const { code, stderr } = await run(['check', ...args])
  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(stderr).toContain('Usage: wholeline check')
})

test('--help says how it is called', async () => {
  const { code, stdout } = await run(['check', '--help'])
  expect(code).toBe(0)
  expect(String(stdout)).toMatch(/^Usage: wholeline check .*FILE…/)
})

test('a reader that goes away does not hold it up', () => {
  const file = fileWith('x\n'.repeat(30_000))
  const command = `'${process.execPath}' '${program}' check --json '${file}' | head -n 1; echo "\${PIPESTATUS[0]}"`
  const [first, code] = String(spawnSync('bash', ['-c', command]).stdout).split('\n')
  expect(JSON.parse(first ?? '')).toMatchObject({ line: 1 })
  expect(code).toBe('1')
})

test.each([[[]], [['--json']]])('a report that cannot be written is no success (%j)', async (options) => {
  const result = await run(['check', ...options, fileWith('1\n')], '', { redirect: '> /dev/full' })
  expect(result).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^wholeline: cannot write standard output: ENOSPC.*\n$/) as string,
  })
})

test('the reports of other commands that cannot be written are no success either', async () => {
  const full = { redirect: '> /dev/full' }
  const said = expect.stringContaining('wholeline: cannot write standard output: ENOSPC') as string
  for (const args of [
    ['repair', '--dry-run'],
    ['repair', '--json'],
    ['record', '--json'],
  ]) {
    const result = await run([...args, fileWith('1\n')], '', full)
    expect([args, result]).toMatchObject([args, { code: 2, stderr: said }])
  }
})
