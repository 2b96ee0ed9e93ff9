// Long lines of all sorts of characters: whether V8 or the addon encodes them, which depends on what came before,
// each stands in the file as Buffer.from would have it, or is refused at the call.

import fc from 'fast-check'
import { thrownBy } from '../support/failure.js'
import { everyLineWay, openRecorder } from '../support/open-recorder.js'
import { linesOf, temporaryPath, textOf } from '../support/temporary.js'

/** Text that stays JSON between quotes; up to some thousand characters. */
const piece = fc.tuple(
  fc.constantFrom('a', ' ascii text ', 'é', 'ÿ', '\u0100', '漢字', '\uffff', '😀', '\u{10ffff}'),
  fc.constantFrom(1, 2, 15, 16, 17, 300),
)

const content = fc
  .array(piece, { minLength: 1, maxLength: 12 })
  .map((pieces) => pieces.map(([text, times]) => text.repeat(times)).join(''))

const spoilt = fc.tuple(content, fc.constantFrom('\n', '\ud800', '\udc00', '\udc00\ud800'), content)

describe.each(everyLineWay)('%s', (_, record) => {
  describe.each([true, false])('with validateLines: %s', (validateLines) => {
    test('takes each as it is, and refuses what is no line', async () => {
      const given = fc.array(fc.tuple(content, spoilt), { minLength: 1, maxLength: 10 })
      await fc.assert(
        fc.asyncProperty(given, async (pairs) => {
          const recorder = openRecorder({ validateLines }, temporaryPath())
          for (const [text, bad] of pairs) {
            expect(thrownBy(() => record(recorder, `"${bad.join('')}"`))).toBeInstanceOf(TypeError)
            await record(recorder, `"${text}"`)
          }
          await recorder.close()
          expect(textOf(recorder.path)).toBe(pairs.map(([text]) => `"${text}"\n`).join(''))
        }),
      )
    })

    test.each(['€', 'a'])(
      'takes a line of more characters than the addon encodes, of %s',
      async (character) => {
        const recorder = openRecorder({ validateLines })
        const lengths = [65_535, 65_536, 65_537, 300_000]
        const texts = lengths.map((length) => `"${character.repeat(length - 2)}"`)
        for (const text of texts) {
          await record(recorder, text)
          await record(recorder, Buffer.from(text))
        }
        const lines = texts.flatMap((text) => [text, text])
        await recorder.flush()
        expect(linesOf(recorder.path)).toEqual(lines)
      },
    )

    test('takes a line that is nested deeply', async () => {
      const recorder = openRecorder({ validateLines })
      const line = '['.repeat(5000) + ']'.repeat(5000)
      await record(recorder, line)
      await recorder.flush()
      expect(linesOf(recorder.path)).toEqual([line])
    })
  })
})

test('lines given one behind the other do not share their bytes', async () => {
  const recorder = openRecorder()
  const lines = Array.from({ length: 500 }, (_, i) => JSON.stringify(`${'ü€'.repeat(i)}${i}`))
  const ranges = await Promise.all(lines.map((line) => recorder.appendLine(line)))
  expect(linesOf(recorder.path)).toEqual(lines)
  const bytes = Buffer.from(textOf(recorder.path))
  for (const [i, { start, end }] of ranges.entries()) {
    expect(bytes.subarray(start, end).toString()).toBe(`${lines[i] ?? ''}\n`)
  }
})
