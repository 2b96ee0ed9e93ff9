// salvage.mjs: the JSON objects that stand whole within a line that is not JSON.
//
// Idea: a plain appender's record behind somebody's fragment is lost to every strict reader,
// but its bytes must still be there. From each place where an object may begin the matching
// brace is looked for, with regard to strings. Contract: a pure function of the bytes, never
// reading much more than `effort` times their number, whatever they are; reports if that cut
// it short.

const QUOTE = 34
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125
const objectStart = Buffer.from('{"')
const effort = 50
const leastBudget = 1 << 20

/**
 * @param {Buffer} line
 * @param {(value: unknown, bytes: Buffer) => void} onObject
 * @returns {boolean} whether all of the line was looked at
 */
export function forEachObject(line, onObject) {
  let budget = Math.max(leastBudget, effort * line.length)
  for (let at = line.indexOf(objectStart); at >= 0;) {
    const end = endOfObject(line, at)
    budget -= (end < 0 ? line.length : end) - at
    const value = end < 0 ? undefined : parse(line.toString('utf8', at, end))
    if (value !== undefined) onObject(value, line.subarray(at, end))
    if (budget < 0) return false
    at = line.indexOf(objectStart, value === undefined ? at + 1 : end)
  }
  return true
}

/** One behind the brace that closes the object at `at`; -1: none. @param {Buffer} line @param {number} at */
function endOfObject(line, at) {
  let depth = 0
  let inString = false
  for (let i = at; i < line.length; i++) {
    const byte = line[i]
    if (inString) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === OPEN) depth++
    else if (byte === CLOSE && --depth === 0) return i + 1
  }
  return -1
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
