// How far a text goes on as one JSON value: to its end, to a place where it breaks off, or to one where it is
// wrong. Tells a torn record from a JSON document that goes on over several lines.

export interface Scanned {
  /**
   * `whole`: a value ends at `at`; `within`: the text ends in the middle of a string or literal; `between`: it
   * ends where white space may stand, and may go on in the next line; `broken`: at `at` it is no JSON.
   */
  readonly end: 'whole' | 'within' | 'between' | 'broken'
  readonly at: number
}

const space = /[ \t\r\n]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// eslint-disable-next-line no-control-regex -- JSON has no control characters in strings
const stringStart = /"(?:[^"\\\u0000-\u001f]+|\\[^\u0000-\u001f])*/y
const literals = ['true', 'false', 'null']

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

function scanString(text: string, at: number): Scanned {
  const end = matchEnd(stringStart, text, at)
  if (text[end] === '"') return { end: 'whole', at: end + 1 }
  const cut = end === text.length || (text[end] === '\\' && end === text.length - 1)
  return { end: cut ? 'within' : 'broken', at: end }
}

function scanScalar(text: string, at: number): Scanned {
  if (text[at] === '"') return scanString(text, at)
  const numberEnd = matchEnd(number, text, at)
  if (numberEnd > at) return { end: 'whole', at: numberEnd }
  const rest = text.slice(at, at + 5)
  const literal = literals.find((word) => rest.startsWith(word))
  if (literal !== undefined) return { end: 'whole', at: at + literal.length }
  const cut = rest === '-' || literals.some((word) => word.startsWith(rest))
  return { end: cut ? 'within' : 'broken', at }
}

type Wanted = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'comma'

/** Scans the one value that begins at the start of the text. */
export function scanJson(text: string): Scanned {
  const closers: string[] = []
  let wanted: Wanted = 'value'
  let at = 0
  for (;;) {
    at = matchEnd(space, text, at)
    const char = text[at]
    if (char === undefined) return { end: 'between', at }
    const closes = wanted === 'comma' || wanted === 'first-value' || wanted === 'first-key'
    if (closes && char === closers.at(-1)) {
      closers.pop()
      at++
      wanted = 'comma'
    } else if (wanted === 'comma' && char === ',') {
      at++
      wanted = closers.at(-1) === '}' ? 'key' : 'value'
    } else if (wanted === 'colon' && char === ':') {
      at++
      wanted = 'value'
    } else if (wanted === 'comma' || wanted === 'colon') {
      return { end: 'broken', at }
    } else if ((char === '{' || char === '[') && wanted !== 'key' && wanted !== 'first-key') {
      closers.push(char === '{' ? '}' : ']')
      at++
      wanted = char === '{' ? 'first-key' : 'first-value'
    } else {
      const key: boolean = wanted === 'key' || wanted === 'first-key'
      if (key && char !== '"') return { end: 'broken', at }
      const scalar = scanScalar(text, at)
      if (scalar.end !== 'whole') return scalar
      at = scalar.at
      wanted = key ? 'colon' : 'comma'
    }
    if (wanted === 'comma' && closers.length === 0) return { end: 'whole', at }
  }
}
