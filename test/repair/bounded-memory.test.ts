// Memory of a repair does not grow with how many records, or pieces of damage, stand on one damaged line.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildPackage } from '../support/children.js'
import { fastPath } from './repaired-file.js'

const MiB = 1024 * 1024
const dist = path.join(__dirname, '..', '..', 'dist', 'index.js')
const lineBytes = 3 * MiB
/** Node, buffers, garbage not yet collected. Held all at once, the records would take some 700 MiB. */
const mostBytes = 320 * MiB

beforeAll(() => {
  buildPackage()
})

test('a line of a million records, with a comma between each two', () => {
  const file = fastPath()
  writeFileSync(
    file,
    Buffer.concat([Buffer.from('[1]\n['), Buffer.alloc(lineBytes, '[],'), Buffer.from('\n')]),
  )
  const script = `require(${JSON.stringify(dist)}).repairFile(process.argv[1]).then(({ salvaged, removedBytes }) => {
    // Not maxRSS, which includes the process that started this one.
    const status = require('node:fs').readFileSync('/proc/self/status', 'utf8')
    const peakBytes = 1024 * Number(/VmHWM:\\s+(\\d+)/.exec(status)[1])
    console.log(JSON.stringify({ salvaged, removedBytes, peakBytes }))
  })`
  const { peakBytes, ...report } = JSON.parse(
    String(execFileSync(process.execPath, ['-e', script, file])),
  ) as Record<string, number>
  expect(report).toEqual({ salvaged: lineBytes / 3, removedBytes: lineBytes / 3 + 1 })
  expect(peakBytes).toBeLessThan(mostBytes)
}, 120_000)
