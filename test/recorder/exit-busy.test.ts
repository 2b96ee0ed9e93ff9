// The end of the process while the recorder has no records to write: what is given then is in the file all the same
// (W8: nothing is dropped in silence).

import { runProgram } from '../support/children.js'
import { temporaryPath, valuesOf } from '../support/temporary.js'

async function valuesLeft(how: string): Promise<unknown[]> {
  const path = temporaryPath()
  const { code, stderr } = await runProgram('leave-busy.cjs', [path, how])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return valuesOf(path)
}

describe.each(['sync', 'reopen'])('with a %s on its way', (kind) => {
  test('a record that is given then is in the file after exit', async () => {
    expect(await valuesLeft(`during:${kind}`)).toEqual(['before', 'during'])
  })

  test('a record that is given behind the one that waited for it is in the file after exit', async () => {
    expect(await valuesLeft(`behind:${kind}`)).toEqual(['before', 'during', 'behind'])
  })
})

test('what a listener of the recorder records while the process ends is in the file when write() has returned', async () => {
  expect(await valuesLeft('twice')).toEqual(['before', 'at exit'])
})
