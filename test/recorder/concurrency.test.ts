// Many processes append to one file: every acknowledged range holds its record, and every line is whole
// (W1, W3). test/support/many-appenders.cjs does the same at full size.

import { tmpdir } from 'node:os'
import { runProgram } from '../support/children.js'

const processes = 8
const count = 500

describe.each([
  ['the folder for temporary files', tmpdir()],
  ['tmpfs', '/dev/shm'],
])('on %s', (_, folder) => {
  test.each(['sync', 'async', 'mixed'])(
    `${processes} processes that append ${count} records each (%s) spoil none`,
    async (mode) => {
      const args = [String(processes), String(count), folder, mode]
      const { code, stdout, stderr } = await runProgram('many-appenders.cjs', args)
      expect(stderr).toBe('')
      expect(JSON.parse(stdout)).toMatchObject({
        appended: processes * count,
        lines: processes * count,
        mismatches: 0,
        badLines: 0,
        doubles: 0,
      })
      expect(code).toBe(0)
    },
  )
})
