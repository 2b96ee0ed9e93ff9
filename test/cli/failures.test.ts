// `wholeline record` where it cannot be done: exit code 2, the error in full, and what is in the file all
// the same.

import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describeAsRoot } from '../support/needs.js'
import { temporaryFolder, temporaryPath, textOf } from '../support/temporary.js'
import { quietly, run, Running, summaryOf } from './program.js'
import { transcriptLines } from './transcript.js'

const lines = transcriptLines(400).filter((line) => line.length < 1000)
const input = `${lines.join('\n')}\n`

/** The file is a whole beginning of the input; gives its number of records. */
function expectBeginning(file: string): number {
  const text = textOf(file)
  expect(input.startsWith(text)).toBe(true)
  expect(text).toMatch(/\n$/)
  return text.split('\n').length - 1
}

test('a file that may not grow ends it: the first line that is missing is named', async () => {
  const file = temporaryPath()
  const { code, stderr } = await run(['record', file], input, { fileLimit: 8 })
  expect(code).toBe(2)
  const records = expectBeginning(file)
  expect(stderr).toContain('code EFBIG, errno 27, kind FileTooLarge')
  expect(stderr).toContain(`path ${file}, range [`)
  expect(stderr).toContain('state failed')
  expect(stderr).toContain(
    `${records} records of this input are in ${file}; line ${records + 1} is the first`,
  )
})

test.each(['never', 'always', '50'])('with --fsync %s the summary tells what stands', async (fsync) => {
  const file = temporaryPath()
  const args = ['record', '--json', '--fsync', fsync, file]
  const { code, stdout } = await run(args, input, { fileLimit: 8 })
  const records = expectBeginning(file)
  expect(code).toBe(2)
  expect(summaryOf(stdout)).toMatchObject({
    records,
    firstMissingLine: records + 1,
    error: { code: 'EFBIG', kind: 'FileTooLarge', state: 'failed' },
  })
})

test('refused lines do not count among the records, but among the lines', async () => {
  const file = temporaryPath()
  const { stdout } = await run(['record', '--json', file], `broken\n\n${input}`, { fileLimit: 8 })
  const records = expectBeginning(file)
  expect(summaryOf(stdout)).toMatchObject({ records, firstMissingLine: records + 3, refused: 2 })
})

test('after a failure it reads no more, though standard input stays open', async () => {
  const file = temporaryPath()
  const running = new Running(['record', file], { fileLimit: 8 })
  await running.give(input)
  expect(await running.finished()).toMatchObject({ code: 2 })
  expectBeginning(file)
})

describeAsRoot('a disk that is full', () => {
  let folder: string
  beforeEach(() => {
    folder = temporaryFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'wholeline-test', folder])
  })
  afterEach(() => {
    execFileSync('umount', [folder])
  })

  test('ends it with the error in full, and with whole records in the file', async () => {
    const file = path.join(folder, 'log.jsonl')
    const { code, stdout, stderr } = await run(['record', '--json', file], input)
    expect(code).toBe(2)
    const records = expectBeginning(file)
    expect(stderr).toContain('kind StorageFull')
    expect(summaryOf(stdout)).toMatchObject({
      records,
      firstMissingLine: records + 1,
      error: { code: 'ENOSPC', kind: 'StorageFull', path: file, state: 'failed' },
    })
  })
})

test('an exclusive lock that another holds is refused, and the holder named', async () => {
  const file = temporaryPath()
  const holder = new Running(['record', '--tee', '--lock', 'exclusive', file])
  await holder.give('{"mine":1}\n')
  await holder.untilStdout(11)
  const { code, stderr } = await run(['record', '--lock', 'exclusive', file], '{"yours":1}\n')
  expect(code).toBe(2)
  expect(stderr).toContain(`held by process ${holder.pid}`)
  expect(stderr).toContain('kind ResourceBusy')
  holder.child.stdin.end('{"mine":2}\n')
  expect(await holder.finished()).toMatchObject({ code: 0, stderr: '' })
  expect(textOf(file)).toBe('{"mine":1}\n{"mine":2}\n')
})

test('an exclusive lock is refused where others record, and --lock none asks nobody', async () => {
  const file = temporaryPath()
  const holder = new Running(['record', '--tee', file])
  await holder.give('1\n')
  await holder.untilStdout(2)
  expect(await run(['record', '--lock', 'exclusive', file], '2\n')).toMatchObject({ code: 2 })
  expect(await run(['record', '--lock', 'none', file], '3\n')).toEqual(quietly)
  holder.child.stdin.end('4\n')
  await holder.finished()
  expect(textOf(file)).toBe('1\n3\n4\n')
})

test('a path that cannot be opened is told with its error, for machines too', async () => {
  const folder = temporaryFolder()
  const { code, stdout, stderr } = await run(['record', '--json', folder], '1\n')
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /^wholeline: open .*: EISDIR, open \(it is a directory\)\n {2}code EISDIR, errno 21, kind IsADirectory, /,
  )
  expect(summaryOf(stdout)).toMatchObject({ records: 0, firstMissingLine: null, error: { code: 'EISDIR' } })
})

test('a folder as standard input is told', async () => {
  const folder = temporaryFolder()
  const args = ['record', path.join(folder, 'log.jsonl')]
  const { code, stderr } = await run(args, '', { redirect: `< '${folder}'` })
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^wholeline: EISDIR.*\(standard input\)\n$/) as string,
  })
})
