// The demo as a user runs it, with a smaller session, and the check that it rests on.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.join(__dirname, '..', '..')

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function runNode(args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd: root, env: environment },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr })
      },
    )
  })
}

function runDemo(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Ended> {
  return runNode(['demo/demo.mjs', ...args], environment)
}

/** The two numbers that the table has in a row: fs.appendFile's and wholeline's. */
function rowOf(output: string, label: string): number[] {
  const line = output.split('\n').find((text) => text.trim().startsWith(label)) ?? ''
  return (line.match(/[\d,]+/gu) ?? []).map((number) => Number(number.replaceAll(',', '')))
}

function expectPlainDamagedAndWholelineNot(ended: Ended, records: number): void {
  const { code, stdout, stderr } = ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(rowOf(stdout, 'records acknowledged')).toEqual([records, records])
  for (const label of ['lost', 'damaged lines']) {
    const [plain, wholeline] = rowOf(stdout, label)
    expect({ label, wholeline }).toEqual({ label, wholeline: 0 })
    expect(plain).toBeGreaterThan(0)
  }
  expect(rowOf(stdout, 'found whole')[1]).toBe(records)
  expect(rowOf(stdout, 'at the range')).toEqual([records])
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'demo-test-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('the demo loses records with fs.appendFile and none with wholeline, and shows it in 80 columns', async () => {
  const ended = await runDemo(['--records', '100'])
  expectPlainDamagedAndWholelineNot(ended, 400)
  expect(ended.stdout).toContain('One of the damaged lines')
  // eslint-disable-next-line no-control-regex -- piped, it has no colour
  expect(ended.stdout).not.toMatch(/\u001b/u)
  for (const line of ended.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test('it shows the same where no prlimit is at hand', async () => {
  symlinkSync('/bin/sh', path.join(folder, 'sh'))
  const ended = await runDemo(['--records', '200'], { ...process.env, PATH: folder })
  expectPlainDamagedAndWholelineNot(ended, 800)
  expect(ended.stdout).toContain('started again')
})

test('it says so if no append was torn', async () => {
  const { code, stdout } = await runDemo(['--records', '1'])
  expect(code).toBe(0)
  expect(stdout).toContain('This run shows no difference.')
})

test('--keep leaves the files and says where', async () => {
  const { stdout } = await runDemo(['--records', '3', '--keep'], { ...process.env, TMPDIR: folder })
  const file = /^ {2}(.*wholeline\.jsonl)$/mu.exec(stdout)?.[1] ?? ''
  expect(path.dirname(path.dirname(file))).toBe(folder)
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(12)
})

test.each([[['--records', 'many']], [['--records', '0']], [['--nonsense']]])(
  'wrong arguments %j end with 2',
  async (args) => {
    const { code, stdout, stderr } = await runDemo(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^demo: /u)
  },
)

/** What demo/verify.mjs says of a file, where the records `{"a":1}`, `{"a":2}` and `{"é":3}` were acknowledged. */
async function verdictOn(file: string): Promise<unknown> {
  const program = `
    import { verify } from './demo/verify.mjs'
    const records = ['{"a":1}', '{"a":2}', '{"é":3}'].map((text, i) => ({
      bytes: Buffer.from(text), range: { start: i * 8, end: i * 8 + Buffer.byteLength(text) + 1 },
    }))
    const { damaged, ...counts } = verify(Buffer.from(process.env.FILE, 'base64'), records)
    console.log(JSON.stringify({ ...counts, damaged: damaged.length }))
  `
  const environment = { ...process.env, FILE: Buffer.from(file).toString('base64') }
  const { stdout } = await runNode(['--input-type=module', '--eval', program], environment)
  return JSON.parse(stdout)
}

const good = '{"a":1}\n{"a":2}\n{"é":3}\n'
const flawless = { whole: 3, lost: 0, duplicated: 0, damaged: 0, unknown: 0, wrongRanges: 0 }

test.each([
  ['nothing is wrong', good, {}],
  ['blank lines and blanks around it are nothing', `${good}  \r\n \t\n`, {}],
  ['a record is missing', good.slice(0, 16), { whole: 2, lost: 1, wrongRanges: 1 }],
  ['a record is there twice', `${good}{"a":1}\n`, { duplicated: 1 }],
  [
    'a record is glued to another',
    good.replace('\n', ' '),
    { whole: 1, lost: 2, damaged: 1, wrongRanges: 1 },
  ],
  ['a torn line stands behind', `${good}{"a":`, { damaged: 1 }],
  ['a whole line is nobody’s', `${good}{"b":1}\n`, { unknown: 1 }],
  ['a record is not where it was said to be', ` ${good}`, { wrongRanges: 3 }],
  [
    'equal as JSON is not equal in bytes',
    good.replace('a":1', 'a": 1'),
    { whole: 2, lost: 1, unknown: 1, wrongRanges: 3 },
  ],
])('the check notices: %s', async (_what, file, flaws) => {
  expect(await verdictOn(file)).toEqual({ acknowledged: 3, ranged: 3, ...flawless, ...flaws })
})
