// `wholeline follow`: records on standard output as they come, a cursor that outlives the process.

import { appendFileSync, existsSync, renameSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileWith, temporaryFolder, temporaryPath } from '../support/temporary.js'
import { Running, run } from './program.js'

async function stop(running: Running): Promise<{ code: number | null; stdout: string; stderr: string }> {
  running.child.kill('SIGTERM')
  const { code, stdout, stderr } = await running.finished()
  return { code, stdout: stdout.toString(), stderr }
}

test('prints the text of each record, what is there and what comes, until a signal ends it', async () => {
  const file = fileWith('{"a": 1.0}\n')
  const running = new Running(['follow', file])
  await running.untilStdout(11)
  appendFileSync(file, '   \n  [2 ]  \r\n')
  await running.untilStdout(16)
  expect(await stop(running)).toEqual({ code: 0, stdout: '{"a": 1.0}\n[2 ]\n', stderr: '' })
})

test('--json: each with the file and the range', async () => {
  const file = fileWith('1\n{"b":2}\n')
  const { dev, ino } = statSync(file, { bigint: true })
  const running = new Running(['follow', '--json', '--from', '2', file])
  await running.untilStdout(1)
  const { stdout } = await stop(running)
  const record = JSON.parse(stdout) as { file: string }
  expect(record).toMatchObject({ start: 2, end: 10, value: { b: 2 } })
  expect(record.file.endsWith(`:${ino}`)).toBe(true)
  expect(dev).toBeGreaterThan(0n)
})

test('waits for a file that is not there, and follows through a rotation', async () => {
  const file = temporaryPath()
  const running = new Running(['follow', file])
  writeFileSync(file, '1\n')
  await running.untilStdout(2)
  renameSync(file, `${file}.1`)
  writeFileSync(file, '2\n')
  await running.untilStdout(4)
  const { code, stdout, stderr } = await stop(running)
  expect({ code, stdout }).toEqual({ code: 0, stdout: '1\n2\n' })
  expect(stderr).toContain('goes on in the file that took its place')
})

test('damage is told on standard error and by the exit code; --salvage prints what it holds', async () => {
  const file = fileWith('{"a":1}\n{"a":{"a":2}\n{"a":3}\n')
  const plain = new Running(['follow', file])
  await plain.untilStdout(16)
  expect(await stop(plain)).toMatchObject({ code: 1, stdout: '{"a":1}\n{"a":3}\n' })
  expect(plain.stderr).toContain('torn-prefix at [8, 21)')
  const salvaging = new Running(['follow', '--salvage', file])
  await salvaging.untilStdout(24)
  expect(await stop(salvaging)).toMatchObject({ code: 1, stdout: '{"a":1}\n{"a":2}\n{"a":3}\n' })
})

test('a file name with control characters cannot steer the terminal', async () => {
  const file = temporaryPath('log\u001b[2J.jsonl')
  writeFileSync(file, 'damaged\n1\n')
  const running = new Running(['follow', file])
  await running.untilStdout(2)
  const { stderr } = await stop(running)
  expect(stderr).toContain('log\\u001b[2J.jsonl: not-json')
  expect(stderr).not.toContain('\u001b')
})

test('--cursor: a restart prints what is new, and nothing again', async () => {
  const file = fileWith('1\n2\n')
  const cursor = path.join(temporaryFolder(), 'cursor')
  const first = new Running(['follow', '--cursor', cursor, file])
  await first.untilStdout(4)
  expect(await stop(first)).toMatchObject({ code: 0, stdout: '1\n2\n' })
  appendFileSync(file, '3\n')
  const second = new Running(['follow', '--cursor', cursor, file])
  await second.untilStdout(2)
  expect(await stop(second)).toMatchObject({ code: 0, stdout: '3\n' })
})

test('--cursor: killed with -9, the next one loses nothing and repeats only the end', async () => {
  const file = fileWith('')
  const cursor = path.join(temporaryFolder(), 'cursor')
  const first = new Running(['follow', '--cursor', cursor, file])
  appendFileSync(file, '100\n')
  await first.untilStdout(4)
  // It is on the disk within a second.
  while (!existsSync(cursor) || !(await offsetOf(cursor, 4)))
    await new Promise((resolve) => setImmediate(resolve))
  appendFileSync(file, '200\n')
  await first.untilStdout(8)
  first.child.kill('SIGKILL')
  await first.finished()
  appendFileSync(file, '300\n')
  const second = new Running(['follow', '--cursor', cursor, file])
  await second.untilStdout(4)
  while (!second.stdout.toString().includes('300\n')) await second.untilStdout(second.stdout.length + 1)
  const { stdout } = await stop(second)
  expect(['200\n300\n', '300\n']).toContain(stdout)
})

async function offsetOf(cursor: string, wanted: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises')
  const { offset } = JSON.parse(await readFile(cursor, 'utf8')) as { offset: number }
  return offset === wanted
}

test('a reader that goes away ends it, and the cursor does not pass what was not taken', async () => {
  const file = fileWith('1\n')
  const running = new Running(['follow', file])
  await running.untilStdout(2)
  running.child.stdout.destroy()
  const closed = new Promise((resolve) => running.child.once('exit', resolve))
  appendFileSync(file, '2\n')
  expect(await closed).toBe(0)
})

test('what cannot be read ends it with 2 and the whole error', async () => {
  const folder = temporaryFolder()
  const { code, stderr } = await run(['follow', folder])
  expect(code).toBe(2)
  expect(stderr).toContain('EISDIR')
})

test.each([
  [['follow'], 'which FILE?'],
  [['follow', 'a', 'b'], 'one FILE expected'],
  [['follow', '--from', 'middle', 'a'], '--from: expected start, end or an offset'],
  [['follow', '--cursor=', 'a'], '--cursor: which file?'],
  [['follow', '--unknown', 'a'], 'unknown'],
])('%j is refused with the usage', async (args, text) => {
  const { code, stderr } = await run(args)
  expect(code).toBe(2)
  expect(stderr).toContain(text)
  expect(stderr).toContain('Usage: wholeline follow')
})

test('--help says it on standard output', async () => {
  const { code, stdout } = await run(['follow', '--help'])
  expect(code).toBe(0)
  expect(stdout.toString()).toContain('--cursor FILE')
})
