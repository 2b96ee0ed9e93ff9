// A last line that is a whole JSON value and lacks only its LF is a record: it is kept and gets the LF,
// whatever `tornTail` says.

import { existsSync } from 'node:fs'
import { everyOpen, openRecorder } from '../support/open-recorder.js'
import { fileWith, textOf } from '../support/temporary.js'
import { quarantinedBytes } from './torn-file.js'

const before = '{"a":1}\n'

const values: [string, string][] = [
  ['an object', '{"b":2}'],
  ['an array', '[1,[2,{"c":"]"}]]'],
  ['a string', '"text"'],
  ['an empty string', '""'],
  ['true', 'true'],
  ['null', 'null'],
  ['a character beyond ASCII', '{"b":"ä€😀"}'],
  ['an unpaired surrogate, escaped', '"\\ud800"'],
  ['blanks around it', ' \t{"b":2} '],
  ['a CR behind it', '{"b":2}\r'],
  ['deep nesting', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
]

describe.each(everyOpen)('Recorder.%s', (_, open) => {
  test.each(values)('%s gets its LF', async (__, value) => {
    const path = fileWith(before + value)
    const recorder = await open(path)
    const end = Buffer.byteLength(before + value)
    expect(recorder.repair).toEqual({
      action: 'completed',
      range: { start: before.length, end },
      reason: 'missing-newline',
      quarantine: null,
      damage: [],
      failure: null,
    })
    expect(textOf(path)).toBe(`${before}${value}\n`)
    expect(recorder.appendSync({ d: 4 })).toEqual({ start: end + 1, end: end + 9 })
    await recorder.close()
    expect(textOf(path)).toBe(`${before}${value}\n{"d":4}\n`)
    expect(existsSync(`${path}.torn`)).toBe(false)
  })
})

test.each(['quarantine', 'truncate', 'seal', 'fail'] as const)(
  'tornTail: %s makes no difference',
  (tornTail) => {
    const path = fileWith(`${before}{"b":2}`)
    expect(openRecorder({ tornTail }, path).repair?.action).toBe('completed')
    expect(textOf(path)).toBe(`${before}{"b":2}\n`)
  },
)

test('the first line of a file can be the one', () => {
  const path = fileWith('{"a":1}')
  expect(openRecorder({}, path).repair).toMatchObject({ action: 'completed', range: { start: 0, end: 7 } })
  expect(textOf(path)).toBe('{"a":1}\n')
})

// Nobody can tell a number from the first digits of a longer one; README, limits.
test.each(['1', '12', '-1', '1.5', '1e3'])('a number, %s, is taken for a whole one', (number) => {
  const path = fileWith(before + number)
  expect(openRecorder({}, path).repair?.action).toBe('completed')
  expect(textOf(path)).toBe(`${before}${number}\n`)
})

test.each([
  '-',
  '1.',
  '1e',
  '1e+',
  't',
  'tru',
  'nul',
  '"text',
  '"\\',
  '"\\u00',
  '{',
  '[1,',
  '{"a":"}',
  '[[]',
  '{"a":1}}',
  '{"a":1}{"b":2}',
])('what is no whole value, %s, is torn', (torn) => {
  const path = fileWith(before + torn)
  expect(openRecorder({}, path).repair).toMatchObject({ action: 'quarantined', reason: 'torn' })
  expect(textOf(path)).toBe(before)
  expect(quarantinedBytes(path).toString()).toBe(torn)
})
