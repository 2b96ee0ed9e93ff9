// What is bundled is what index.ts exports, and a program that only records does not load the reading half.

import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import path from 'node:path'
import * as index from '../../lib/index.js'
import { buildPackage, runProgram } from '../support/children.js'
import { temporaryFolder } from '../support/temporary.js'

const root = path.join(__dirname, '..', '..')
const bundle = path.join(root, 'dist', 'index.js')

test('the bundle exports what index.ts exports', () => {
  buildPackage()
  const bundled = jest.requireActual<Record<string, unknown>>(bundle)
  expect(Object.keys(bundled).sort()).toEqual(Object.keys(index).sort())
  for (const [name, value] of Object.entries(index)) expect(typeof bundled[name]).toBe(typeof value)
})

test('the reading half is loaded by the first call that reads, and throws the same classes', async () => {
  const { code, stdout, stderr } = await runProgram('loaded-parts.cjs', [])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const before = ['index.js', 'recording.js']
  expect(JSON.parse(stdout)).toEqual({ before, sameClass: true, after: true })
})

test('copied somewhere without its package.json, it says that the addon is not there', () => {
  buildPackage()
  const folder = temporaryFolder()
  cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true })
  const { status, stderr } = spawnSync(process.execPath, [path.join(folder, 'dist', 'index.js')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_PATH: path.join(root, 'node_modules') },
    timeout: 20_000,
  })
  expect(status).toBe(1)
  expect(stderr).toContain('wholeline has no native addon')
})
