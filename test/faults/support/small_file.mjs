// small_file.mjs: the verdict on a few small files and a few records, in memory, thousands of times a second.
//
// Idea: the rows that fail each call in turn make very many tiny files; the verifier proper is for large
// ones. Shares no code with the package. Contract: `records` are all that were given, each with what was
// said of it; `foreign` are byte strings that others wrote and that must still stand somewhere.

/**
 * @typedef {{ text: string, state: 'acknowledged' | 'failed' | 'pending' | 'indeterminate' | 'given', range?: { start: number, end: number } }} Given
 *   state given: by write(), nothing said of it yet
 */

/** @param {Buffer} line */
function isJson(line) {
  try {
    JSON.parse(line.toString('utf8'))
    return true
  } catch {
    return false
  }
}

/** @param {Buffer} bytes @returns {{ text: string, ended: boolean }[]} without blanks around them */
function linesOf(bytes) {
  const texts = bytes.toString('latin1').split('\n')
  return texts
    .map((text, i) => ({ text: text.replace(/^[ \t\r]+|[ \t\r]+$/g, ''), ended: i < texts.length - 1 }))
    .filter(({ text }) => text !== '')
}

/** @param {Buffer} bytes @param {Given} record */
function standsAt(bytes, { text, range }) {
  if (!range || range.end > bytes.length || bytes.latin1Slice(range.start, range.end) !== `${text}\n`)
    return false
  const lineStart = range.start === 0 ? 0 : bytes.lastIndexOf(0x0a, range.start - 1) + 1
  return bytes.subarray(lineStart, range.start).every((byte) => byte === 0x20)
}

/**
 * @param {{ files: Buffer[], records: Given[], foreign: string[], debris: string[], fragmentTold: boolean, copies: boolean }} options
 *   debris: torn lines that others left, and that may stay or be gone;
 *   fragmentTold: somebody was told that a fragment is left; copies: a record may be in two of the files
 * @returns {string[]} violations
 */
export function checkSmall({ files, records, foreign, debris, fragmentTold, copies }) {
  const violations = []
  const lines = files.map(linesOf)
  const all = lines.flat()
  /** @type {Map<string, number>} */
  const seen = new Map()
  for (const of of lines) {
    const here = new Set()
    for (const { text } of of) {
      if (here.has(text) && !foreign.includes(text))
        violations.push(`W3 twice in one file: ${text.slice(0, 60)}`)
      here.add(text)
      seen.set(text, (seen.get(text) ?? 0) + 1)
    }
  }
  for (const record of records) {
    const times = seen.get(record.text) ?? 0
    const what = `${record.text.slice(0, 40)} (${record.state}, ${JSON.stringify(record.range)})`
    if (record.state === 'acknowledged') {
      if (record.range && !files.some((bytes) => standsAt(bytes, record)))
        violations.push(`W1 not whole at its range: ${what}`)
      if (times === 0) violations.push(`W1 not alone on a line: ${what}`)
    }
    if (times > 1 && !copies) violations.push(`W3 ${times} times in the files: ${what}`)
    if (record.state === 'failed' && times > 0) violations.push(`W3 failed, and there: ${what}`)
  }
  const ranged = records.filter(({ state, range }) => state === 'acknowledged' && range)
  for (const [i, { text, range }] of ranged.entries()) {
    // (In another file offsets begin anew.)
    if (files.length === 1 && i > 0 && range.start < ranged[i - 1].range.end)
      violations.push(`W4 out of order: ${text.slice(0, 40)}`)
  }
  for (const text of foreign) {
    if (!files.some((bytes) => bytes.includes(text)))
      violations.push(`W2 foreign bytes are gone: ${text.slice(0, 60)}`)
  }
  const known = new Set([
    ...records.map(({ text }) => text),
    ...foreign.map((text) => text.trim()),
    ...debris,
  ])
  const fragments = all.filter(
    ({ text }) => !known.has(text) && !foreign.some((each) => text.startsWith(each.trim())),
  )
  for (const { text } of fragments) {
    if (isJson(Buffer.from(text, 'latin1')))
      violations.push(`W3 a line that nobody wrote: ${text.slice(0, 60)}`)
    else if (!fragmentTold) violations.push(`W3 a fragment is left and nobody was told: ${text.slice(0, 80)}`)
  }
  return violations
}
