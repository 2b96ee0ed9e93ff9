// The command line as a whole: help, version, and arguments that are wrong.

import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { temporaryPath } from '../support/temporary.js'
import { run } from './program.js'

const manifest = path.join(__dirname, '..', '..', 'package.json')

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const { code, stdout, stderr } = await run(['--version'])
  expect({ code, stdout: stdout.toString(), stderr }).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test.each([
  [['--help']],
  [['-h']],
  [['record', '--help']],
  [['record', '-h', 'file']],
  [['bench', '--help']],
])('%j prints the usage on standard output', async (args) => {
  const { code, stdout, stderr } = await run(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.toString()).toMatch(/^Usage: wholeline /)
})

test.each([
  [['--help']],
  [['--version']],
  [['record', '--help']],
  [['check', '--help']],
  [['repair', '--help']],
  [['follow', '--help']],
  [['bench', '--help']],
  [['bench', '--seconds', '0.001', '--json']],
])('%j on a full disk is no success', async (args) => {
  const { code, stderr } = await run(args, '', { redirect: '> /dev/full' })
  expect(code).toBe(2)
  expect(stderr).toMatch(/^wholeline: cannot write standard output: ENOSPC.*\n$/)
})

test.each([
  [[], 'which command?'],
  [['nonsense'], "unknown command 'nonsense'"],
  [['constructor'], "unknown command 'constructor'"],
  [['--nonsense'], "unknown command '--nonsense'"],
])('%j prints the usage on standard error and ends with 2', async (args, reason) => {
  const { code, stdout, stderr } = await run(args)
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(reason)
  expect(stderr).toContain('Usage: wholeline ')
})

test.each([
  [['--nonsense'], 'nonsense'],
  [
    ['--fsync', 'sometimes'],
    "--fsync: expected never, always or milliseconds from 1 to 2147483647, got 'some",
  ],
  [['--fsync', '0'], '--fsync'],
  [['--fsync', '2147483648'], '--fsync'],
  [['--fsync', '1.5'], '--fsync'],
  [['--fsync'], '--fsync'],
  [['--lock', 'maybe'], "--lock: expected shared, exclusive or none, got 'maybe'"],
  [['--max-record-bytes', '0'], '--max-record-bytes'],
  [['--max-record-bytes', '1e9999'], '--max-record-bytes'],
  [['--max-record-bytes', '9999999999'], '--max-record-bytes'],
  [['--tee=yes'], '--tee'],
  [['another'], 'one FILE expected'],
])('record with %j is wrong, and nothing is opened', async (args, reason) => {
  const file = temporaryPath()
  const { code, stdout, stderr } = await run(['record', file, ...args], '1\n')
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(reason)
  expect(stderr).toContain('Usage: wholeline record ')
  expect(existsSync(file)).toBe(false)
})

test.each([[[]], [['']]])('record with FILE %j asks for one', async (args) => {
  const { code, stderr } = await run(['record', ...args])
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('which FILE?') as string })
})
