// Runs the tests that make up their input with fast-check again and again, each time from another seed, until the
// time is over. What breaks a property is printed with its seed and its smallest input.
//
//   npm run fuzz:properties [-- --seconds 600]

import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } })
const seconds = Number(values.seconds)

const files = readdirSync(path.join(root, 'test'), { recursive: true })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => path.join('test', name))
  .filter((file) => readFileSync(path.join(root, file), 'utf8').includes("from 'fast-check'"))

const begun = performance.now()
let rounds = 0
do {
  const { status, stderr } = spawnSync(process.execPath, [jest, ...files], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) {
    console.error(stderr)
    process.exit(1)
  }
  rounds++
} while (performance.now() - begun < seconds * 1000)

const spent = Math.round((performance.now() - begun) / 1000)
console.log(`${rounds} rounds of ${files.length} files in ${spent} s: nothing found`)
