// `wholeline record --tee`: the input goes on to standard output, and the recording depends on nobody there.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { temporaryPath } from '../support/temporary.js'
import { quietly, run, Running, summaryOf } from './program.js'
import { transcript } from './transcript.js'

test('standard output gets the input byte for byte, broken lines too', async () => {
  const file = temporaryPath()
  const input = Buffer.concat([
    Buffer.from('broken\n\n\xff\n', 'latin1'),
    transcript(500),
    Buffer.from('{"la'),
  ])
  const { code, stdout } = await run(['record', '--tee', file], input)
  expect(code).toBe(1)
  expect(stdout.equals(input)).toBe(true)
})

test('a file as standard output gets the input byte for byte', async () => {
  const copy = temporaryPath('copy.jsonl')
  const input = transcript(500)
  expect(await run(['record', '--tee', temporaryPath()], input, { redirect: `> '${copy}'` })).toEqual(quietly)
  expect(readFileSync(copy).equals(input)).toBe(true)
})

test('with --json the summary is on standard error', async () => {
  const { code, stdout, stderr } = await run(['record', '--tee', '--json', temporaryPath()], '1\n2\n')
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: '1\n2\n' })
  expect(summaryOf(stderr)).toMatchObject({ records: 2, tee: 'complete' })
})

test('a reader of standard output that pauses all the time gets everything', async () => {
  const file = temporaryPath()
  const input = Buffer.concat(Array<Buffer>(10).fill(transcript(500)))
  const running = new Running(['record', '--tee', file])
  const { stdin, stdout } = running.child
  stdout.on('data', () => {
    stdout.pause()
    setImmediate(() => stdout.resume())
  })
  stdin.end(input)
  const ended = await running.finished()
  expect(ended.code).toBe(0)
  expect(ended.stdout.equals(input)).toBe(true)
  expect(readFileSync(file).equals(input)).toBe(true)
})

test('a reader of standard output that goes away does not stop the recording', async () => {
  const file = temporaryPath()
  const input = transcript(500)
  const running = new Running(['record', '--tee', '--json', file])
  await running.give('{"first":1}\n')
  await running.untilStdout(1)
  running.child.stdout.destroy()
  await once(running.child.stdout, 'close')
  running.child.stdin.end(input)
  const { code, stderr } = await running.finished()
  expect(code).toBe(0)
  expect(summaryOf(stderr)).toMatchObject({ tee: 'closed', records: 501 })
  expect(readFileSync(file, 'utf8')).toBe(`{"first":1}\n${input.toString()}`)
})

test('where standard output takes nothing the recording goes on, and the exit code tells', async () => {
  const file = temporaryPath()
  const input = transcript(100)
  const { code, stderr } = await run(['record', '--tee', file], input, { redirect: '> /dev/full' })
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/ENOSPC.*\(standard output\)\n$/) as string,
  })
  expect(readFileSync(file).equals(input)).toBe(true)
})
