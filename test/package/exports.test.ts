// What is bundled is what index.ts exports, and a program loads of it what it uses.

import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import * as index from '../../lib/index.js'
import { buildPackage, runProgram } from '../support/children.js'
import { thrownBy } from '../support/failure.js'
import { temporaryFolder, temporaryPath, valuesOf } from '../support/temporary.js'

const root = path.join(__dirname, '..', '..')
const bundle = path.join(root, 'dist', 'index.js')

test('the bundle exports what index.ts exports', () => {
  buildPackage()
  const bundled = jest.requireActual<Record<string, unknown>>(bundle)
  expect(Object.keys(bundled).sort()).toEqual(Object.keys(index).sort())
  for (const [name, value] of Object.entries(index)) expect(typeof bundled[name]).toBe(typeof value)
  // TypeScript would look for a default there, and find none.
  expect(bundled).not.toHaveProperty('__esModule')
})

test('an ES module finds by name all that require() gives', () => {
  buildPackage()
  const program = `import * as all from ${JSON.stringify(pathToFileURL(bundle))}; console.log(Object.keys(all).join())`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect(status).toBe(0)
  expect(stdout.trim().split(',')).toEqual(expect.arrayContaining(Object.keys(index)))
})

test('the package is found by its main alone: with exports Node 20 takes milliseconds more to load it', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >
  expect(manifest).toMatchObject({ main: './dist/index.js', types: './dist/index.d.ts' })
  expect(manifest).not.toHaveProperty('exports')
})

test('what records and the addon are loaded by the first open, what reads by the first call that reads', async () => {
  const { code, stdout, stderr } = await runProgram('loaded-parts.cjs', [temporaryPath()])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({
    named: ['index.js'],
    opened: ['recording.js', 'wholeline.node'],
    // What deals with a failure is there before one comes.
    failed: [],
    read: ['readers.js', 'reading.js'],
    sameClasses: true,
  })
})

test('a registry of modules that is cleared before the first open changes no class, and nothing is lost at exit', async () => {
  const file = temporaryPath()
  const { code, stdout, stderr } = await runProgram('loaded-late.cjs', ['cleared', file])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const found = { isRecorder: true, isAppendError: true, isDamageError: true, fewListeners: true }
  expect(JSON.parse(stdout)).toEqual(found)
  expect(valuesOf(file)).toEqual(['at exit'])
})

test('a class that extends an error of the package is asked for its own instances', () => {
  class Other extends index.AppendError {}
  const error = thrownBy(() => index.Recorder.openSync(path.join(__filename, 'none')))
  expect(error).toBeInstanceOf(index.AppendError)
  expect(error).not.toBeInstanceOf(Other)
  expect(Object.create(Other.prototype)).toBeInstanceOf(Other)
  expect(null).not.toBeInstanceOf(index.AppendError)
})

test.each(['Recorder', 'AppendFile'] as const)('new %s says how it is opened', (name) => {
  const face: unknown = index[name]
  for (const given of [[], ['session.jsonl']]) {
    expect(thrownBy(() => Reflect.construct(face as typeof index.Recorder, given))).toMatchObject({
      name: 'TypeError',
      message: `${name} is opened, not constructed: ${name}.open(path) or ${name}.openSync(path)`,
    })
  }
})

test('without a descriptor left for the first open it fails as any open does (W7), and later opens go', () => {
  buildPackage()
  const file = temporaryPath()
  const program = path.join(__dirname, '..', 'support', 'loaded-late.cjs')
  const given = ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, program, 'descriptors', file]
  const { status, stdout, stderr } = spawnSync('sh', given, { encoding: 'utf8', timeout: 20_000 })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const { EMFILE } = constants.errno
  const error = { code: 'EMFILE', errno: EMFILE, kind: 'Uncategorized', syscall: 'open', path: file }
  const told = { isAppendError: true, ...error }
  expect(JSON.parse(stdout)).toEqual({ full: 'EMFILE', told: [told, told], range: { start: 0, end: 12 } })
})

test('copied somewhere without its package.json, each first call that opens a file says that the addon is not there', () => {
  buildPackage()
  const folder = temporaryFolder()
  cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true })
  const open = `
    const { AppendFile, Recorder, checkFile, readRecordAt, repairFile } = require('./dist/index.js')
    const say = ({ message }) => console.log(message)
    for (const { openSync } of [AppendFile, Recorder]) {
      try { openSync('none.jsonl') } catch (error) { say(error) }
    }
    const range = { start: 0, end: 1 }
    for (const call of [AppendFile.open, Recorder.open, checkFile, (file) => readRecordAt(file, range), repairFile]) {
      call('none.jsonl').catch(say)
    }
  `
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', open], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_PATH: path.join(root, 'node_modules') },
    timeout: 20_000,
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout.match(/^wholeline has no native addon/gm)).toHaveLength(7)
})
