// Lines that are serialised already: one JSON value each, without a line feed, or a TypeError at the call.

import { thrownBy } from '../support/failure.js'
import { everyLineWay, openRecorder } from '../support/open-recorder.js'
import { linesOf, textOf } from '../support/temporary.js'

const good: [string, string][] = [
  ['an object', '{"a": 1}'],
  ['a number', '-1.5e3'],
  ['null', 'null'],
  ['an empty string', '""'],
  ['blanks around the value', ' \t{"a":1} '],
  ['a CR at the end', '{"a":1}\r'],
  ['separators that JSON allows', '"\u2028\u2029"'],
  ['keys given twice', '{"a":1,"a":2}'],
  ['an escaped surrogate alone', '"\\ud800"'],
]

const textOnly: [string, string][] = [
  ['two values', '{"a":1}{"b":2}'],
  ['two values with a blank between', '1 2'],
  ['a torn value', '{"a":'],
  ['no JSON', 'hello'],
  ['a byte order mark', '\ufeff{}'],
  ['a NUL behind the value', '{}\0'],
  ['a trailing comma', '[1,]'],
  ['single quotes', "'a'"],
  ['a raw control character', '"\u0001"'],
  ['NaN', 'NaN'],
  ['text behind blanks', '  \thello'],
  ['nothing of ASCII behind blanks', '  \t\u00e9'],
  ['a blank beyond ASCII', '\u00a0'],
  ['only a NUL', '\0'],
]

const always: [string, string][] = [
  ['a line feed in the middle', '{"a":1}\n{"b":2}'],
  ['a line feed at the end', '{"a":1}\n'],
  ['a line feed between tokens', '{\n"a":1}'],
  ['nothing', ''],
  ['only blanks', '  \t '],
  ['only a CR', '\r'],
]

const surrogates: [string, string][] = [
  ['a high surrogate alone', '"\ud800"'],
  ['a low surrogate alone', '"\udc00"'],
]

const badBytes: [string, number[]][] = [
  ['a byte that UTF-8 does not know', [0x22, 0xff, 0x22]],
  ['a character cut off', [0x22, 0xe2, 0x82, 0x22]],
  ['an overlong character', [0x22, 0xc0, 0xaf, 0x22]],
  ['a surrogate in three bytes', [0x22, 0xed, 0xa0, 0x80, 0x22]],
]

const noLine: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 1],
  ['an object', { a: 1 }],
  ['an array of bytes', [0x31]],
  ['words of two bytes', new Uint16Array([0x31])],
  ['an ArrayBuffer', new ArrayBuffer(2)],
]

const refusedText = [...textOnly, ...always, ...surrogates]
const refusedBytes: [string, Uint8Array][] = [
  ...[...textOnly, ...always].map(([name, text]): [string, Uint8Array] => [name, Buffer.from(text)]),
  ...badBytes.map(([name, bytes]): [string, Uint8Array] => [name, Uint8Array.from(bytes)]),
]

describe.each(everyLineWay)('%s', (_, record) => {
  test.each(good)('takes %s unchanged', async (__, line) => {
    const recorder = openRecorder()
    await record(recorder, line)
    await record(recorder, Buffer.from(line))
    await recorder.flush()
    expect(textOf(recorder.path)).toBe(`${line}\n${line}\n`)
  })

  test.each<[string, unknown]>([
    ...refusedText.map(([name, line]): [string, unknown] => [`${name}, as text`, line]),
    ...refusedBytes.map(([name, line]): [string, unknown] => [`${name}, as bytes`, line]),
    ...noLine,
  ])('refuses %s with a TypeError at the call, and nothing has changed', async (__, line) => {
    const recorder = openRecorder()
    recorder.write('before')
    expect(thrownBy(() => record(recorder, line as string))).toBeInstanceOf(TypeError)
    recorder.write('after')
    await recorder.flush()
    expect(linesOf(recorder.path)).toEqual(['"before"', '"after"'])
    expect(recorder.stats).toMatchObject({ records: 2, failures: 0 })
  })

  describe('with validateLines: false', () => {
    test.each<[string, unknown]>([
      ...[...always, ...surrogates].map(([name, line]): [string, unknown] => [`${name}, as text`, line]),
      ...always.map(([name, line]): [string, unknown] => [`${name}, as bytes`, Buffer.from(line)]),
      ...noLine,
    ])('still refuses %s', async (__, line) => {
      const recorder = openRecorder({ validateLines: false })
      expect(thrownBy(() => record(recorder, line as string))).toBeInstanceOf(TypeError)
      await recorder.flush()
      expect(textOf(recorder.path)).toBe('')
    })

    test.each(textOnly)('takes %s, for only the cheap checks are left', async (__, line) => {
      const recorder = openRecorder({ validateLines: false })
      await record(recorder, line)
      await record(recorder, Buffer.from(line))
      await recorder.flush()
      expect(textOf(recorder.path)).toBe(`${line}\n${line}\n`)
    })
  })
})
