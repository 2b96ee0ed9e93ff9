// Which values are records: whatever JSON.stringify gives a text for. Everything else is a TypeError at the
// call, and changes nothing.

import { thrownBy } from '../support/failure.js'
import { everyWay, openRecorder } from '../support/open-recorder.js'
import { linesOf, textOf } from '../support/temporary.js'

class Temperature {
  readonly #degrees = 21

  toJSON(): object {
    return { celsius: this.#degrees }
  }
}

const recordable: [string, unknown][] = [
  ['null', null],
  ['true', true],
  ['zero', 0],
  ['minus zero', -0],
  ['NaN, which becomes null', Number.NaN],
  ['infinity, which becomes null', -Infinity],
  ['a large number', 1.7976931348623157e308],
  ['an empty string', ''],
  ['a string with every control character', String.fromCharCode(...Array(32).keys(), 127)],
  ['a string with line feeds', 'a\nb\r\nc'],
  ['a string with line and paragraph separators', 'a\u2028b\u2029c\u0085d'],
  ['a string with a NUL', 'a\0b'],
  ['a string with unpaired surrogates', '\ud800 and \udc00'],
  ['a key with an unpaired surrogate', { '\udfff': 1 }],
  ['a string beyond the BMP', '𝄞'],
  ['an object', { a: { b: [] }, c: undefined }],
  ['a key with a line feed', { 'a\nb': 1 }],
  ['an array with holes', [1, undefined, () => 1]],
  ['a Date', new Date(0)],
  ['an object with toJSON', new Temperature()],
  ['a Map, which becomes {}', new Map([[1, 2]])],
  ['a Buffer', Buffer.from('a\n')],
  ['boxed primitives', [Object(1), Object('a'), Object(false)]],
  ['an object without prototype', Object.assign(Object.create(null) as object, { a: 1 })],
]

function cycle(): unknown {
  const value: Record<string, unknown> = {}
  value['self'] = [value]
  return value
}

function deep(): unknown {
  let value: unknown = []
  for (let i = 0; i < 200_000; i++) value = [value]
  return value
}

const unrecordable: [string, unknown][] = [
  ['undefined', undefined],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a class', Temperature],
  ['a cycle', cycle()],
  ['a BigInt', 1n],
  ['a BigInt inside', { a: [1n] }],
  ['nesting beyond the stack', deep()],
  ['an object whose toJSON gives undefined', { toJSON: () => undefined }],
]

describe.each(everyWay)('%s', (_, record) => {
  test.each(recordable)('records %s', async (__, value) => {
    const recorder = openRecorder()
    await record(recorder, value)
    await recorder.flush()
    expect(linesOf(recorder.path)).toEqual([JSON.stringify(value)])
  })

  test.each(unrecordable)(
    'refuses %s with a TypeError at the call, and nothing has changed',
    async (__, value) => {
      const recorder = openRecorder()
      recorder.write('before')
      const pending = recorder.pendingBytes
      expect(thrownBy(() => record(recorder, value))).toBeInstanceOf(TypeError)
      expect(recorder.pendingBytes).toBe(pending)
      recorder.write('after')
      await recorder.flush()
      expect(linesOf(recorder.path)).toEqual(['"before"', '"after"'])
      expect(recorder.stats).toMatchObject({ records: 2, failures: 0, lostRecords: 0 })
    },
  )

  test('hands on what a toJSON throws, and nothing has changed', async () => {
    const recorder = openRecorder()
    const own = new Error('from toJSON')
    const value = {
      toJSON: () => {
        throw own
      },
    }
    expect(thrownBy(() => record(recorder, value))).toBe(own)
    await recorder.flush()
    expect(textOf(recorder.path)).toBe('')
  })
})

test('appendAll with one value that is no record takes none of them', async () => {
  const recorder = openRecorder()
  expect(thrownBy(() => recorder.appendAll([1, 2, undefined, 4]))).toBeInstanceOf(TypeError)
  expect(recorder.pendingBytes).toBe(0)
  await recorder.flush()
  expect(textOf(recorder.path)).toBe('')
})

test.each([
  ['undefined', undefined],
  ['a number', 1],
  ['an object', { a: 1 }],
])('appendAll of %s, which is not iterable, is a TypeError and not nothing', (_, values) => {
  expect(thrownBy(() => openRecorder().appendAll(values as unknown as []))).toBeInstanceOf(TypeError)
})

test.each([
  ['a text', 'text'],
  ['bytes', Buffer.from('{}')],
])('appendAll of %s is a TypeError, and not a record for each part', (_, values) => {
  const recorder = openRecorder()
  expect(thrownBy(() => recorder.appendAll(values))).toMatchObject({
    name: 'TypeError',
    message: expect.stringContaining('each part would be one') as string,
  })
  expect(recorder.pendingBytes).toBe(0)
})

test('an iterable that throws midway takes nothing', async () => {
  const recorder = openRecorder()
  function* failing(): Generator<number> {
    yield 1
    throw new Error('midway')
  }
  expect(thrownBy(() => recorder.appendAll(failing()))).toMatchObject({ message: 'midway' })
  await recorder.flush()
  expect(textOf(recorder.path)).toBe('')
})

test('a toJSON that itself records puts its record first, and both are whole', async () => {
  const recorder = openRecorder()
  const inner = { toJSON: () => recorder.appendSync('inner') }
  const outer = await recorder.append({ a: inner })
  expect(linesOf(recorder.path)).toEqual(['"inner"', '{"a":{"start":0,"end":8}}'])
  expect(outer.start).toBe(8)
})
