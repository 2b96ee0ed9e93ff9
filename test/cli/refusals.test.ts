// `wholeline record`: lines that are no records are reported with their number and reason, or wrapped.

import { readFileSync } from 'node:fs'
import { linesOf, temporaryPath, textOf, valuesOf } from '../support/temporary.js'
import { run, Running, summaryOf } from './program.js'
import { transcriptLines } from './transcript.js'

test('broken lines are reported with their numbers, and all others are recorded', async () => {
  const file = temporaryPath()
  const lines = transcriptLines(60)
  const broken = [...lines]
  broken[11] = '{"a":'
  broken[30] = lines[30]?.slice(0, -1) ?? ''
  broken[59] = '{}{}'
  const { code, stdout, stderr } = await run(['record', file], broken.join('\n') + '\n')
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: '' })
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^line 12: not JSON: Unexpected end/),
    expect.stringMatching(/^line 31: not JSON: /),
    expect.stringMatching(/^line 60: not JSON: Unexpected non-whitespace/),
  ])
  expect(linesOf(file)).toEqual(lines.filter((_, i) => i !== 11 && i !== 30 && i !== 59))
})

test.each([
  ['an empty line', '', /blank/],
  ['white space', ' \t \r', /blank/],
  ['a byte order mark', '\ufeff{}', /byte order mark/],
  ['a word', 'nope', /not JSON: Unexpected token/],
  ['two values', '1 2', /not JSON/],
  ['a NUL', '{"a":1}\0', /not JSON/],
  ['no-break space around a value', '\u00a0{}', /not JSON/],
  ['U+0080 outside of a string', '{\u0080}', /not JSON/],
  ['a control character in a string', '"\u0001"', /not JSON/],
])('%s is refused with its own reason', async (_name, line, reason) => {
  const file = temporaryPath()
  const { code, stderr } = await run(['record', file], `{"a":1}\n${line}\n{"b":2}\n`)
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(reason) as string })
  expect(stderr).toMatch(/^line 2: .*\n$/)
  expect(textOf(file)).toBe('{"a":1}\n{"b":2}\n')
})

test.each([
  ['a stray byte', [0x22, 0x61, 0xff, 0x22], 3],
  ['an overlong form', [0x22, 0xc0, 0xaf, 0x22], 2],
  ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 2],
  ['a character cut off', [0x22, 0xe6, 0xbc, 0x22], 2],
])('%s is not UTF-8 and refused with its place', async (_name, bytes, place) => {
  const file = temporaryPath()
  const { code, stderr } = await run(['record', file], Buffer.from([...bytes, 0x0a, 0x31, 0x0a]))
  expect({ code, stderr }).toEqual({ code: 1, stderr: `line 1: not UTF-8: byte ${place} of the line\n` })
  expect(textOf(file)).toBe('1\n')
})

test('control characters of a refused line do not reach the terminal', async () => {
  const { stderr } = await run(['record', temporaryPath()], '\u001b[2J\u009b\n')
  expect(stderr).toContain('\\u001b')
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
})

test('of many broken lines the first 20 are told, and all are counted', async () => {
  const file = temporaryPath()
  const { code, stdout, stderr } = await run(['record', '--json', file], 'broken\n'.repeat(1000) + '{}\n')
  expect(code).toBe(1)
  expect(stderr.trimEnd().split('\n')).toHaveLength(21)
  expect(stderr).toMatch(/\n980 more lines refused\n$/)
  expect(summaryOf(stdout)).toMatchObject({ lines: 1001, records: 1, refused: 1000 })
})

test('a line of just --max-record-bytes is recorded, and one byte more is refused', async () => {
  const file = temporaryPath()
  const args = ['record', '--max-record-bytes', '10', file]
  const { code, stderr } = await run(args, '"12345678"\n"123456789"\n1\n"123456789"')
  expect(code).toBe(1)
  expect(stderr).toBe(
    'line 2: too long: 11 bytes, a record may have 10\nline 4: too long: 11 bytes, a record may have 10\n',
  )
  expect(textOf(file)).toBe('"12345678"\n1\n')
})

test('a line that never seems to end is read in bounded memory, and what follows is recorded', async () => {
  const file = temporaryPath()
  const running = new Running(['record', '--max-record-bytes', '1000000', file])
  const MiB = Buffer.alloc(1024 * 1024, 'x')
  await running.give('{"a":1}\n')
  for (let i = 0; i < 300; i++) await running.give(MiB)
  await running.give('\n{"b":2}\n')
  await running.untilStderr('line 2: too long: 314572800 bytes')
  const status = readFileSync(`/proc/${running.pid}/status`, 'utf8')
  expect(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1])).toBeLessThan(150_000)
  running.child.stdin.end()
  expect(await running.finished()).toMatchObject({ code: 1 })
  expect(textOf(file)).toBe('{"a":1}\n{"b":2}\n')
})

test('with --text lines that are no JSON are recorded in an object', async () => {
  const file = temporaryPath()
  const input = '{"a":1}\nGrüße, "world"\n\n\ufeff{}\ntail\r\n42\nlast'
  const { code, stderr } = await run(['record', '--text', file], input)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string
  expect(valuesOf(file)).toEqual([
    { a: 1 },
    { time, line: 'Grüße, "world"' },
    { time, line: '' },
    { time, line: '\ufeff{}' },
    { time, line: 'tail\r' },
    42,
    { time, line: 'last' },
  ])
})

test('with --text bytes that are not UTF-8 are kept beside the text', async () => {
  const file = temporaryPath()
  const line = Buffer.from([0x61, 0xff, 0x00, 0xc3])
  expect(await run(['record', '--text', file], line)).toMatchObject({ code: 0, stderr: '' })
  const [value] = valuesOf(file) as { line: string; bytes: string }[]
  expect(value?.line).toBe('a\ufffd\0\ufffd')
  expect(Buffer.from(value?.bytes ?? '', 'base64').equals(line)).toBe(true)
})

test('with --text a line that is too long once it is wrapped is refused', async () => {
  const file = temporaryPath()
  const args = ['record', '--text', '--max-record-bytes', '60', file]
  const { code, stderr } = await run(args, `${'x'.repeat(60)}\nshort\n`)
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^line 1: too long/) as string })
  expect(valuesOf(file)).toEqual([expect.objectContaining({ line: 'short' })])
})
