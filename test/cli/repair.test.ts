// `wholeline repair`: what it says, to people and to machines, and how it ends.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { openRecorder } from '../support/open-recorder.js'
import { fileWith, temporaryFolder } from '../support/temporary.js'
import { run } from './program.js'

const damaged = '{"id":1}\n{"id":2,"te{"id":3}\noops\n'
const healed = '{"id":1}\n{"id":3}\n'

test('damage further up: what was done and where everything is, exit code 0', async () => {
  const file = fileWith(damaged)
  const { code, stdout, stderr } = await run(['repair', file])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(String(stdout).split('\n')).toEqual([
    `${file}: healed (2 records)`,
    '  1 record saved from damaged lines',
    `  15 B of damage in ${file}.torn`,
    `  the original is ${file}.damaged`,
    '',
  ])
  expect(readFileSync(file, 'utf8')).toBe(healed)
})

test.each([
  ['{"id":1}\n{"id":2,"te', 'the torn last line was cut off (1 record)', '{"id":1}\n'],
  ['{"id":1}\n{"id":2}', 'the missing line feed was added (2 records)', '{"id":1}\n{"id":2}\n'],
  ['{"id":1}\n', 'nothing to repair (1 record)', '{"id":1}\n'],
])('%j: %s, exit code 0', async (content, verdict, left) => {
  const file = fileWith(content)
  const { code, stdout } = await run(['repair', file])
  expect([code, String(stdout).split('\n')[0]]).toEqual([0, `${file}: ${verdict}`])
  expect(readFileSync(file, 'utf8')).toBe(left)
})

test('--dry-run: what was found, and what would be done; exit code 1 for damage, 0 for none', async () => {
  const file = fileWith(damaged)
  const { code, stdout } = await run(['repair', '--dry-run', file])
  expect(code).toBe(1)
  expect(String(stdout)).toContain('torn-prefix')
  expect(String(stdout)).toContain(`${file}: would be: healed (2 records)`)
  expect(readFileSync(file, 'utf8')).toBe(damaged)
  expect((await run(['repair', '--dry-run', fileWith(healed)])).code).toBe(0)
})

test('--output: the healed copy is there, and the file as it was', async () => {
  const file = fileWith(damaged)
  const output = path.join(temporaryFolder(), 'healed.jsonl')
  const { code, stdout } = await run(['repair', '--output', output, file])
  expect(code).toBe(0)
  expect(String(stdout)).toContain(`the healed copy is ${output}`)
  expect(readFileSync(output, 'utf8')).toBe(healed)
  expect(readFileSync(file, 'utf8')).toBe(damaged)
})

test('--json: one object', async () => {
  const file = fileWith(damaged)
  const { code, stdout } = await run(['repair', '--json', file])
  expect(code).toBe(0)
  expect(JSON.parse(String(stdout))).toMatchObject({
    ...{ type: 'repair', file, path: file, action: 'rewritten', dryRun: false, tail: 'none', records: 2 },
    ...{
      salvaged: 1,
      removedBytes: 15,
      quarantine: `${file}.torn`,
      damaged: `${file}.damaged`,
      output: null,
    },
    ...{ left: 0, late: null, error: null },
    found: { bytes: damaged.length, lines: 3, counts: { 'torn-prefix': 1, 'not-json': 1 }, truncated: false },
  })
})

test('a line that is too long to be looked into stays, exit code 1', async () => {
  const file = fileWith(`{"id":1}\noops\n"${'x'.repeat(100)}"\n`)
  const { code, stdout } = await run(['repair', '--max-record-bytes', '50', file])
  expect(code).toBe(1)
  expect(String(stdout)).toContain('1 line too long to be looked into, left as they are')
})

test('a file in use: who has it, exit code 2, with --json too', async () => {
  const file = fileWith(damaged)
  openRecorder({ tornTail: 'seal' }, file)
  const { code, stdout, stderr } = await run(['repair', '--json', file])
  expect(code).toBe(2)
  expect(stderr).toContain(`held by process ${process.pid} `)
  expect(JSON.parse(String(stdout))).toMatchObject({ type: 'repair', file, error: { kind: 'ResourceBusy' } })
  expect(readFileSync(file, 'utf8')).toBe(damaged)
})

test.each([
  [[], 'which FILE?'],
  [['a', 'b'], 'one FILE expected'],
  [['--output', '', 'f'], '--output: which file?'],
  [['--max-record-bytes', '0', 'f'], 'expected bytes from 1 to'],
  [['--nonsense', 'f'], "Unknown option '--nonsense'"],
])('arguments %j are refused with the usage', async (args, message) => {
  const { code, stderr } = await run(['repair', ...args])
  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(stderr).toContain('Usage: wholeline repair')
})

test('--help says how it is called', async () => {
  const { code, stdout } = await run(['repair', '--help'])
  expect(code).toBe(0)
  expect(String(stdout)).toMatch(/^Usage: wholeline repair .*FILE/)
})
