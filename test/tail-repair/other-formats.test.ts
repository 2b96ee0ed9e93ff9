// A file that does not begin with a record, whole or damaged, is something else and must not be mended: opening
// refuses it, unless the caller insists, and changes nothing in it.

import { existsSync } from 'node:fs'
import { failureOf } from '../support/failure.js'
import { everyOpen, openRecorder } from '../support/open-recorder.js'
import { fileWith, textOf } from '../support/temporary.js'
import { stateOf } from './torn-file.js'

const others: [string, string | Buffer][] = [
  ['text', 'hello world\n'],
  ['text with a torn tail', '2026-01-01T00:00:00Z\n'.replace('2026', 'at 2026') + 'and th'],
  ['text of one line without an LF', 'hello'],
  ['text behind blank lines', '\n \r\n\nhello\n'],
  ['text behind a byte order mark', '\uFEFFhello\n'],
  ['a shell script', '#!/bin/sh\necho {}\n'],
  ['XML', '<?xml version="1.0"?>\n<a/>\n'],
  ['YAML', '---\na: 1\n'],
  ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
  ['UTF-16', Buffer.from('\uFEFF{"a":1}\n', 'utf16le')],
  ['a word that begins like a literal', 'tried\n'],
  ['a literal in capitals', 'TRUE\n'],
  ['JSON over several lines', '{\n  "name": "x"\n}'],
  ['JSON over several lines with a value in the first', '{"name": "x",\n "list": [1, 2]}'],
  ['JSON with comments', '{\n  // a comment\n  "a": 1\n}'],
  ['a list over several lines', '[\n1,\n2\n]'],
  ['a list of one over several lines', '[\n1\n]\n'],
  ['a list of objects, one a line', '[\n{"a":1},\n{"b":2}\n]'],
  ['a list of one object', '[\n{"a":1}\n]\n'],
  ['a list that starts with an object', '[{"a":1},\n{"b":2}]\n'],
  ['features in a list', '{"features":[\n{"a":1}\n]}\n'],
  ['a long list over several lines', `[\n${'  {"a":1},\n'.repeat(10_000)}`],
  ['objects with a comma behind each', '{"a":1},\n{"b":2},\n'],
  [
    'lists over several lines, one behind the other',
    '[\n  {\n    "a": 1\n  }\n]\n[\n  {\n    "a": 2\n  }\n]\n',
  ],
  ['objects over several lines that hold others', '{\n  "a": {"b":1}\n}\n{\n  "a": {"b":2}\n}\n'],
  ['a list over several lines whose end is missing', '[\n  {\n    "a": 1\n  },\n  {\n    "a": 2'],
  ['a list over several lines with damage in it', '[\n  {\n    "a": 1\n  }\n  {\n    "a": 2\n  }\n]\n'],
  ['an object in a list, over several lines and cut off', '[{\n  "a": {"b":1},\n  "c'],
  ['a Python dictionary', "{'a': 1}\n{'b"],
  ['settings in sections', '[section]\nkey=value'],
  ['settings in a section that begins like a literal', '[network]\nkey=value'],
  ['tables of TOML', '[[products]]\nname = "x"\n'],
  ['numbers with commas', '1,2,3\n4,5,6'],
  ['strings with commas', '"a","b"\n1,2\nx,y'],
  ['a log with dates', '2026-11-22 12:00:00 started\n2026-11-22 12:00:01 listening'],
  ['a log with dates in brackets', '[2026-11-22T12:00:00] started\n[2026-11-22'],
  ['a log with dates and objects', '2026-11-22 12:00:00 asked {"id":1}\n2026-11-22 12:0'],
  ['a program', '"use strict";\nmodule.exports = 1;'],
  ['a binary that begins with NULs', '\0\0\x01\0abc\nxyz'],
  ['UTF-16 without a byte order mark', Buffer.from('{"a":1}\n{"b', 'utf16le')],
]

describe.each(everyOpen)('Recorder.%s', (_, open) => {
  describe.each(others)('%s', (__, content) => {
    test.each(['quarantine', 'truncate', 'fail'] as const)(
      'is refused with kind InvalidData and left as it is (tornTail: %s)',
      async (tornTail) => {
        const path = fileWith(content)
        const before = stateOf(path)
        expect(await failureOf(() => open(path, { tornTail }))).toMatchObject({
          name: 'AppendError',
          code: 'ERR_NOT_JSON_LINES',
          errno: 0,
          kind: 'InvalidData',
          path,
        })
        expect(stateOf(path)).toEqual(before)
        expect(existsSync(`${path}.torn`)).toBe(false)
      },
    )
  })

  test('is opened with tornTail: seal, which only adds', async () => {
    const path = fileWith('hello\nworl')
    const recorder = await open(path, { tornTail: 'seal' })
    expect(recorder.repair).toMatchObject({ action: 'sealed', reason: 'torn' })
    recorder.appendSync({ a: 1 })
    expect(textOf(path)).toBe('hello\nworl\n{"a":1}\n')
  })

  test('that was refused is closed: it can be had for oneself', async () => {
    const path = fileWith('hello\n')
    await failureOf(() => open(path, { lock: 'exclusive' }))
    const recorder = await open(path, { tornTail: 'seal', lock: 'exclusive' })
    expect(recorder.path).toBe(path)
  })
})

// A damaged first line is no reason to refuse: such files are what opening is there to mend.
test.each([
  '{"a":"tor\n{"b":2}\n',
  '{"a":"tor{"b":2}\n',
  '[1,\n',
  '"tex\n',
  '-\n',
  'tru\n',
  'f\r\n',
  'true \n',
  'nul\0\0\0\0\n',
  '\0\0\0\0{"a":1}\n',
  '\0\0\0\0\n{"a":1}\n',
  '{\n{"b":2}\n',
  '[\n{"b":2}\n{"c":3}\n',
  '{"a":1,\n{"b":2}\n',
  '{"a":[\n{"b":2}\n{"c":3}\n',
  '{"a":"x\0\0\0\0yz"}\n',
  '{"a":1}{"b":2}\n',
  '{"a":1}text\n',
  '12{"a":1}\n',
  'tru{"a":1}\n',
  '"tex{"a":1}\n',
  '[1,[2,3]\n[4]\n',
  '["te["text"]\n["b"]\n',
  '[1][2]\n[3]\n',
  '"a"\n"b"\n',
  '1\n2\n',
  'null\n{{}\n',
  '12\n',
])('a first line that a record may have left, %j, is no other format', (content) => {
  const path = fileWith(content)
  const recorder = openRecorder({}, path)
  recorder.appendSync({ d: 4 })
  expect(textOf(path)).toBe(`${content}{"d":4}\n`)
})

const everyCutFirst = ['{"a":1}', '-1', 'true', 'false', 'null'].flatMap((text) =>
  Array.from(text, (_, at) => text.slice(0, at + 1)),
)

test.each(everyCutFirst)('a first record cut short, %s, is no other format', (cut) => {
  const path = fileWith(cut)
  openRecorder({}, path).appendSync({ d: 4 })
  expect(textOf(path).split('\n').slice(-2)).toEqual(['{"d":4}', ''])
})
