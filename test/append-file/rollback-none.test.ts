// rollback: 'none' leaves every fragment where it is, so each one needs a line of its own for good (W1):
// nothing is owed, and no later append takes a seal away.

import { appendFileSync } from 'node:fs'
import { failureOf, thrownBy } from '../support/failure.js'
import { FaultyDoor, openFaultyFile } from '../support/faulty-door.js'
import { openRecorderThrough } from '../support/open-recorder.js'
import { temporaryPath, textAt, textOf } from '../support/temporary.js'

const ENOSPC = 28

test('an append behind a torn write that was itself behind an unfinished line stands on a line of its own', async () => {
  const path = temporaryPath()
  // `{"a":1}⏎{"b":1}⏎` and ten bytes of the third record land.
  const recorder = openRecorderThrough(
    new FaultyDoor({ write: [{}, { landed: 26 }] }),
    { rollback: 'none' },
    path,
  )
  recorder.on('error', () => undefined)
  await recorder.append({ first: 1 })
  appendFileSync(path, '{"half":')
  for (const value of [{ a: 1 }, { b: 1 }, { c: 'xxxxxxxxxxxx' }]) recorder.write(value)
  await failureOf(() => recorder.flush())
  await recorder.flush()
  const range = await recorder.append({ d: 1 })
  expect(textAt(path, range)).toBe('{"d":1}\n')
  expect(textOf(path).split('\n')).toEqual([
    '{"first":1}',
    '{"half":{"a":1}',
    '{"b":1}',
    '{"c":"xxxx',
    '{"c":"xxxxxxxxxxxx"}',
    '{"d":1}',
    '',
  ])
  await recorder.close()
})

test('an append whose write is refused leaves the fragment sealed for the next one', () => {
  const path = temporaryPath()
  const faults = { write: [{}, { landed: 4 }, { errno: ENOSPC }, { errno: ENOSPC }] }
  const file = openFaultyFile(new FaultyDoor(faults), path, { rollback: 'none' })
  file.appendSync('before\n')
  for (let failures = 0; failures < 2; failures++) thrownBy(() => file.appendSync('fragment\n'))
  file.appendSync('after\n')
  expect(textOf(path)).toBe('before\nfrag\nafter\n')
  file.closeSync()
})

test('an append behind an unfinished line is told as left, and closing has nothing to tell', () => {
  const path = temporaryPath()
  const file = openFaultyFile(new FaultyDoor(), path, { rollback: 'none' })
  file.appendSync('before\n')
  appendFileSync(path, 'half')
  expect(thrownBy(() => file.appendSync('glued\n'))).toMatchObject({
    code: 'ERR_SPLICED',
    state: 'pending',
    rollback: { outcome: 'none', refused: [] },
  })
  expect(() => {
    file.closeSync()
  }).not.toThrow()
  expect(textOf(path)).toBe('before\nhalfglued\n')
})
