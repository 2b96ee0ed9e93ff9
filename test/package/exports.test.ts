// What is bundled is what index.ts exports, and a program that only records does not load the reading half.

import path from 'node:path'
import * as index from '../../lib/index.js'
import { buildPackage, runProgram } from '../support/children.js'

const bundle = path.join(__dirname, '..', '..', 'dist', 'index.js')

test('the bundle exports what index.ts exports', () => {
  buildPackage()
  const bundled = jest.requireActual<Record<string, unknown>>(bundle)
  expect(Object.keys(bundled).sort()).toEqual(Object.keys(index).sort())
  for (const [name, value] of Object.entries(index)) expect(typeof bundled[name]).toBe(typeof value)
})

test('the reading half is loaded by the first call that reads, and throws the same classes', async () => {
  const { code, stdout, stderr } = await runProgram('loaded-parts.cjs', [])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const before = ['index.js', 'recording.js', 'common.js']
  expect(JSON.parse(stdout)).toEqual({ before, sameClass: true, after: true })
})
