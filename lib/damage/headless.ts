// Can a line be the end of a record whose beginning is missing? Read on from inside of a value, it comes to a
// bracket that closes what was opened before the line, and up to there its tokens can follow one another.

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Where the string ends in which `from` is; -1: it does not. */
function stringEnd(line: Uint8Array, from: number): number {
  for (let at = from; at < line.length; at++) {
    const byte = line[at] ?? 0
    if (byte === QUOTE) return at + 1
    if (byte < 0x20) return -1
    if (byte === BACKSLASH) at++
  }
  return -1
}

/** One letter for each token: s string, v number or literal, and the punctuation itself. */
const mayFollow: Readonly<Record<string, string>> = {
  s: ':,}]',
  v: ',}]',
  '{': 's}',
  '[': 'sv{[]',
  ':': 'sv{[',
  ',': 'sv{[',
  '}': ',}]',
  ']': ',}]',
  // Where it is not known what stood before.
  '': 'sv{[:,}]',
}

const wholeScalar = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/
const endOfScalar = /^(?:[-+.eE\d]*\d|r?u?e|(?:a?l)?s?e|u?l?l)$/

/** Longer numbers are not looked into. */
const scalarMostBytes = 1024

function scalarEnd(line: Uint8Array, from: number, cutOff: boolean): number {
  let end = from
  while (end < line.length && /[-+.\w]/.test(String.fromCharCode(line[end] ?? 0))) {
    if (++end - from > scalarMostBytes) return -1
  }
  const text = Buffer.from(line.subarray(from, end)).toString('latin1')
  return wholeScalar.test(text) || (cutOff && endOfScalar.test(text)) ? end : -1
}

function closesOuter(line: Uint8Array, from: number, before: string): boolean {
  let last = before
  // Own brackets are counted and not matched: which ones they are does not matter to find one too many.
  let depth = 0
  for (let at = from; at < line.length;) {
    const character = String.fromCharCode(line[at] ?? 0)
    if (' \t\r\n'.includes(character)) {
      at++
      continue
    }
    const token = character === '"' ? 's' : '{}[],:'.includes(character) ? character : 'v'
    if (!(mayFollow[last] ?? '').includes(token)) return false
    if (token === '}' || token === ']') {
      if (depth === 0) return true
      depth--
    }
    if (token === '{' || token === '[') depth++
    at = token === 's' ? stringEnd(line, at + 1) : token === 'v' ? scalarEnd(line, at, last === '') : at + 1
    if (at < 0) return false
    last = token
  }
  return false
}

/** Time is linear in the line. */
export function isHeadless(line: Uint8Array, first: number): boolean {
  if (closesOuter(line, first, '')) return true
  const end = stringEnd(line, first)
  if (end >= 0 && closesOuter(line, end, 's')) return true
  // Cut off behind a backslash.
  const escaped = line[first] === QUOTE || line[first] === BACKSLASH ? stringEnd(line, first + 1) : -1
  return escaped >= 0 && closesOuter(line, escaped, 's')
}
