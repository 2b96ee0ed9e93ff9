// A file that somebody else has open is not repaired (W2): by a plain appender, a recorder, a reader, in another
// process or in this one. A copy elsewhere takes only that nobody is writing.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { repairFile } from '../../lib/index.js'
import { repairThrough } from '../../lib/repair/repair-file.js'
import { afterTest } from '../support/after-test.js'
import { failureOf } from '../support/failure.js'
import { openRecorder } from '../support/open-recorder.js'
import { Remote } from '../support/remote-file.js'
import { stateOf } from '../tail-repair/torn-file.js'
import { doorWith } from './door-with.js'
import { bytesOf, fileWith, namesBeside } from './repaired-file.js'

const damaged = '{"id":1}\n{"id":2,"te{"id":3}\n{"id":4}\n'
const healed = '{"id":1}\n{"id":3}\n{"id":4}\n'
const tornTail = '{"id":1}\n{"id":2,"te'

/** Another process that has the file open for reading, and nothing else. */
async function startReader(file: string): Promise<void> {
  const child = spawn('bash', ['-c', 'exec 3<"$1"; echo open; read', 'bash', file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  afterTest(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
}

async function expectRefused(file: string, options: object, error: object): Promise<void> {
  const before = stateOf(file)
  const failure = await failureOf(() => repairFile(file, options))
  expect(failure).toMatchObject({ name: 'AppendError', kind: 'ResourceBusy', path: file, ...error })
  expect(stateOf(file)).toEqual(before)
  expect(namesBeside(file)).toEqual([])
}

test.each([
  ['damage further up', damaged],
  ['a torn last line', tornTail],
  ['a missing line feed', '{"id":1}'],
])('%s, and a plain appender in another process', async (_, content) => {
  const file = fileWith(content)
  const other = await Remote.open({ type: 'PlainFile', method: 'openSync', path: file })
  await expectRefused(file, {}, { code: 'ERR_IN_USE' })
  await expectRefused(file, { output: `${file}.out` }, { code: 'ERR_IN_USE' })
  await other.kill()
  expect(await repairFile(file)).not.toMatchObject({ action: 'none' })
})

test('a recorder in another process is named', async () => {
  const file = fileWith(damaged)
  const other = await Remote.open({ type: 'Recorder', path: file })
  await expectRefused(file, {}, { message: expect.stringContaining(`process ${other.pid} `) as string })
  await expectRefused(file, { output: `${file}.out` }, { code: 'ERR_IN_USE' })
})

test('a recorder of our own process', async () => {
  const file = fileWith(damaged)
  openRecorder({}, file)
  await expectRefused(file, {}, { code: 'EAGAIN' })
})

test('a reader in another process: refused in place, but a copy can be had', async () => {
  const file = fileWith(damaged)
  await startReader(file)
  await expectRefused(file, {}, { code: 'ERR_IN_USE' })
  const output = `${file}.out`
  await repairFile(file, { output })
  expect(readFileSync(output, 'utf8')).toBe(healed)
  expect(readFileSync(file, 'utf8')).toBe(damaged)
})

test('a dry run only looks, whoever has the file open', async () => {
  const file = fileWith(damaged)
  openRecorder({}, file)
  expect(await repairFile(file, { dryRun: true })).toMatchObject({ action: 'rewritten', salvaged: 1 })
})

test('somebody who comes while the copy is made: refused, and the copy is gone', async () => {
  const file = fileWith(damaged)
  let fd = -1
  afterTest(() => {
    closeSync(fd)
  })
  const onProgress = (step: string): void => {
    if (step === 'verify' && fd < 0) fd = openSync(file, 'a')
  }
  expect(await failureOf(() => repairFile(file, { onProgress }))).toMatchObject({ code: 'ERR_IN_USE' })
  expect(readFileSync(file, 'utf8')).toBe(damaged)
  expect(namesBeside(file)).toEqual(['.torn'])
})

test('recorders are kept out while it lasts', async () => {
  const file = fileWith(damaged)
  const failures: unknown[] = []
  const onProgress = (step: string): void => {
    if (step !== 'verify' || failures.length > 0) return
    try {
      openRecorder({}, file)
    } catch (error) {
      failures.push(error)
    }
  }
  await repairFile(file, { onProgress })
  expect(failures).toEqual([expect.objectContaining({ kind: 'ResourceBusy' })])
  expect(readFileSync(file, 'utf8')).toBe(healed)
})

test('somebody who comes right before a torn tail is cut off: nothing is cut, for no lease proves anything', async () => {
  const file = fileWith(tornTail)
  const door = doorWith('truncateUnderLease', () => {
    const fd = openSync(file, 'a')
    afterTest(() => {
      closeSync(fd)
    })
  })
  expect(await failureOf(() => repairThrough(door, file, {}))).toMatchObject({ code: 'ERR_IN_USE' })
  expect(readFileSync(file, 'utf8')).toBe(tornTail)
})

test('what is appended to the original in the moment of the rename is told, and is kept with it', async () => {
  const file = fileWith(damaged)
  const door = doorWith('rename', () => {
    appendFileSync(file, '{"id":5}\n')
  })
  const { late } = await repairThrough(door, file, {})
  expect(late).toEqual({ start: damaged.length, end: damaged.length + 9 })
  expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(`${damaged}{"id":5}\n`)
  expect(readFileSync(file, 'utf8')).toBe(healed)
})

test.each([
  [
    'a file that was rotated, with a new one in its place',
    (file: string) => {
      renameSync(file, `${file}.1`)
      writeFileSync(file, '{"id":9}\n')
    },
    ['{"id":9}\n', damaged],
  ],
  [
    'an append',
    (file: string) => {
      appendFileSync(file, '{"id":9}\n')
    },
    [`${damaged}{"id":9}\n`, ''],
  ],
])('%s, while the second name goes to the disk: nothing is replaced', async (_, happen, [at, rotated]) => {
  const file = fileWith(damaged)
  const door = doorWith('link', () => {
    happen(file)
  })
  expect(await failureOf(() => repairThrough(door, file, {}))).toMatchObject({ code: 'ERR_IN_USE' })
  expect(readFileSync(file, 'utf8')).toBe(at)
  expect(String(bytesOf(`${file}.1`) ?? '')).toBe(rotated)
  expect(bytesOf(`${file}.repairing`)).toBeNull()
})
