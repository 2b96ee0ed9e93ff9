// `wholeline record`: what is recorded stands in the file byte for byte.

import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { linesOf, temporaryFolder, temporaryPath, textOf } from '../support/temporary.js'
import { quietly, run, Running, summaryOf } from './program.js'
import { transcript, transcriptLines } from './transcript.js'

test('valid lines are recorded byte for byte, without a word', async () => {
  const file = temporaryPath()
  const input = transcript(500)
  expect(await run(['record', file], input)).toEqual(quietly)
  expect(readFileSync(file).equals(input)).toBe(true)
})

test('a file as standard input is recorded byte for byte', async () => {
  const source = temporaryPath('source.jsonl')
  const file = temporaryPath()
  writeFileSync(source, transcript(1000))
  expect(await run(['record', file], '', { redirect: `< '${source}'` })).toEqual(quietly)
  expect(readFileSync(file).equals(readFileSync(source))).toBe(true)
})

test('a file is not recorded into itself, nor passed on into itself', async () => {
  const file = temporaryPath()
  writeFileSync(file, '{"a":1}\n')
  const intoItself = await run(['record', file], '', { redirect: `< '${file}'` })
  expect(intoItself).toMatchObject({ code: 2, stderr: expect.stringContaining('itself') as string })
  const passedOn = await run(['record', '--tee', file], '1\n', { redirect: `>> '${file}'` })
  expect(passedOn).toMatchObject({ code: 2, stderr: expect.stringContaining('itself') as string })
  expect(textOf(file)).toBe('{"a":1}\n')
})

test('an input that comes byte by byte is recorded byte for byte', async () => {
  const file = temporaryPath()
  const input = Buffer.from('{"a":"ü"}\n[1]\r\n{"b":"😀"}\n')
  const running = new Running(['record', '--tee', file])
  for (const [at, byte] of input.entries()) {
    await running.give(Uint8Array.of(byte))
    await running.untilStdout(at + 1)
  }
  running.child.stdin.end()
  expect(await running.finished()).toEqual({ ...quietly, stdout: input })
  expect(readFileSync(file).equals(input)).toBe(true)
})

test('a last line without an LF is recorded and gets its LF', async () => {
  const file = temporaryPath()
  expect(await run(['record', file], '{"a":1}\n{"b":2}')).toEqual(quietly)
  expect(textOf(file)).toBe('{"a":1}\n{"b":2}\n')
})

test('a CR before the LF belongs to the line and stays', async () => {
  const file = temporaryPath()
  expect(await run(['record', file], '{"a":1}\r\n{"b":2}\r\n')).toEqual(quietly)
  expect(textOf(file)).toBe('{"a":1}\r\n{"b":2}\r\n')
})

test('a CR, U+2028 or U+0085 within a line ends no line', async () => {
  const file = temporaryPath()
  const input = '{"a":\r1}\n"\u2028\u0085"\n'
  expect(await run(['record', file], input)).toEqual(quietly)
  expect(textOf(file)).toBe(input)
})

test('an empty input leaves an empty file', async () => {
  const file = temporaryPath()
  expect(await run(['record', file])).toEqual(quietly)
  expect(textOf(file)).toBe('')
})

test('what the file holds already stays, and a record without its LF gets it', async () => {
  const file = temporaryPath()
  writeFileSync(file, '{"old":1}\n{"older":2}')
  expect(await run(['record', file], '{"new":3}\n')).toEqual(quietly)
  expect(linesOf(file)).toEqual(['{"old":1}', '{"older":2}', '{"new":3}'])
})

test.each(['never', 'always', '50'])('with --fsync %s the file is the input', async (fsync) => {
  const file = temporaryPath()
  const input = transcript(200)
  expect(await run(['record', '--fsync', fsync, file], input)).toEqual(quietly)
  expect(readFileSync(file).equals(input)).toBe(true)
})

test.each(['shared', 'exclusive', 'none'])('with --lock %s the file is the input', async (lock) => {
  const file = temporaryPath()
  expect(await run(['record', '--lock', lock, file], '{"a":1}\n')).toEqual(quietly)
  expect(textOf(file)).toBe('{"a":1}\n')
})

test('--json prints what was done as one JSON object', async () => {
  const file = temporaryPath()
  const { code, stdout, stderr } = await run(['record', '--json', file], '{"a":1}\nbroken\n{"b":2}')
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^line 2: .*\n$/) as string })
  expect(stdout.toString().trimEnd().split('\n')).toHaveLength(1)
  expect(summaryOf(stdout)).toEqual({
    file,
    lines: 3,
    records: 2,
    bytes: 16,
    wrapped: 0,
    refused: 1,
    stoppedBy: null,
    firstMissingLine: null,
    tee: null,
    seconds: expect.any(Number) as number,
    exitCode: 1,
    error: null,
  })
})

test('two programs record into one file at once, each in its order and nothing glued', async () => {
  const file = temporaryPath()
  const lines = ['a', 'b'].map((who) =>
    transcriptLines(2000)
      .filter((line) => line.startsWith('{"uuid"'))
      .map((line) => `{"who":"${who}",${line.slice(1)}`),
  )
  const programs = lines.map(() => new Running(['record', '--tee', file]))
  // Both have the file open before one of them is given the rest.
  for (const [i, one] of programs.entries()) {
    const first = `${lines[i]?.[0] ?? ''}\n`
    await one.give(first)
    await one.untilStdout(Buffer.byteLength(first))
  }
  for (const [i, one] of programs.entries()) one.child.stdin.end(`${lines[i]?.slice(1).join('\n') ?? ''}\n`)
  const ended = await Promise.all(programs.map((one) => one.finished()))
  expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(2).fill({ code: 0, stderr: '' }))
  const found = linesOf(file)
  expect(found.filter((line) => line.startsWith('{"who":"a"'))).toEqual(lines[0])
  expect(found.filter((line) => line.startsWith('{"who":"b"'))).toEqual(lines[1])
  expect(found).toHaveLength((lines[0]?.length ?? 0) * 2)
})

test('a path through a symbolic link is recorded into what it leads to', async () => {
  const folder = temporaryFolder()
  const target = path.join(folder, 'target.jsonl')
  symlinkSync(target, path.join(folder, 'link.jsonl'))
  expect(await run(['record', path.join(folder, 'link.jsonl')], '1\n')).toEqual(quietly)
  expect(textOf(target)).toBe('1\n')
})
