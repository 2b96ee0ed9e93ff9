// From records back to lines, when some lines were refused and others are forgotten.

import fc from 'fast-check'
import { LineNumbers } from '../../lib/cli/line-numbers.js'

test('every record leads back to its line, whatever was refused and forgotten', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 50 }), fc.nat(50), (valid, forgotten) => {
      const lines = valid.flatMap((isRecord, i) => (isRecord ? [i + 1] : []))
      const numbers = new LineNumbers()
      for (const line of lines) numbers.add(line)
      const from = Math.min(forgotten, lines.length)
      numbers.forget(from)
      const known = lines.slice(from).map((_, i) => numbers.lineOf(from + i))
      expect(known).toEqual(lines.slice(from))
      expect(numbers.lineOf(lines.length)).toBeNull()
    }),
  )
})
