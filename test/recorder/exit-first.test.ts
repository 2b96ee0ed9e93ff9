// The first record that ever has to wait may be given by a listener of the event exit, when it is too late to listen
// for it: it is in the file all the same (W8: nothing is dropped in silence).

import { runProgram } from '../support/children.js'
import { temporaryPath, valuesOf } from '../support/temporary.js'

test.each([
  ['a recorder that has only appended synchronously', 'listener', ['before', 'at exit']],
  ['a recorder that the listener itself has opened', 'opened', ['at exit']],
  ['a recorder of a copy that the listener itself has loaded', 'loaded', ['at exit']],
])('what a listener gives to %s is in the file', async (_, how, values) => {
  const path = temporaryPath()
  const { code, stderr } = await runProgram('leave-busy.cjs', [path, how])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(valuesOf(path)).toEqual(values)
})
