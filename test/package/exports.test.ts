// What is bundled is what index.ts exports, and a program loads of it what it uses.

import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import path from 'node:path'
import * as index from '../../lib/index.js'
import { buildPackage, runProgram } from '../support/children.js'
import { temporaryFolder, temporaryPath } from '../support/temporary.js'

const root = path.join(__dirname, '..', '..')
const bundle = path.join(root, 'dist', 'index.js')

test('the bundle exports what index.ts exports', () => {
  buildPackage()
  const bundled = jest.requireActual<Record<string, unknown>>(bundle)
  expect(Object.keys(bundled).sort()).toEqual(Object.keys(index).sort())
  for (const [name, value] of Object.entries(index)) expect(typeof bundled[name]).toBe(typeof value)
})

test('what records and the addon are loaded by the first open, what reads by the first call that reads', async () => {
  const { code, stdout, stderr } = await runProgram('loaded-parts.cjs', [temporaryPath()])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({
    named: ['faces.js', 'index.js'],
    opened: ['recording.js', 'wholeline.node'],
    // What deals with a failure is there before one comes.
    failed: [],
    read: ['readers.js', 'reading.js'],
    sameClasses: true,
  })
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
