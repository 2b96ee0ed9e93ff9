// The end of a process when not everything can be written: what can be is, and the rest is told.

import { runProgram, type Ended } from '../support/children.js'
import { temporaryPath, valuesOf } from '../support/temporary.js'

async function leave(how: string): Promise<Ended & { values: unknown[] }> {
  const path = temporaryPath()
  const ended = await runProgram('leave-limited.cjs', [path, how], { fileLimit: 1 })
  return { ...ended, values: valuesOf(path) }
}

test.each(['exit', 'end', 'listener'])(
  'records that do not fit end the process (%s) with an error and a code that says so: loud',
  async (how) => {
    const { code, stderr, values } = await leave(how)
    expect(stderr).toContain('EFBIG')
    expect(values).toEqual(['small'])
    expect(code).not.toBe(0)
  },
)

test.each(['behind', 'later'])(
  'a write() behind an append that does not fit is written all the same (%s)',
  async (how) => {
    expect((await leave(how)).values).toEqual(['small'])
  },
)

test('a failure that is over long since fails neither close nor the end of the process', async () => {
  const { code, stderr, values } = await leave('healed')
  expect({ code, stderr, values }).toEqual({ code: 0, stderr: '', values: ['small'] })
})
