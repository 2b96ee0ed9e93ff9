// worker.terminate() in the middle of appends: no abort, and the file holds whole lines only, for a
// termination waits for the operation in flight.

import { runProgram } from '../support/children.js'
import { temporaryPath, valuesOf } from '../support/temporary.js'

test('100 workers terminated in the middle of appends abort nothing and tear no line', async () => {
  const path = temporaryPath()
  const { code, stdout, stderr } = await runProgram('terminate.cjs', [path, '100'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  // Every line is one JSON value, or this throws.
  const values = valuesOf(path)
  expect(Number(stdout)).toBeGreaterThan(100)
  expect(values.length).toBeGreaterThanOrEqual(Number(stdout))
}, 120_000)
