// Are the acknowledged records in the file? Reads plain bytes and uses nothing of lib/. A record is found
// whole if a physical line, without the JSON whitespace around it, equals it byte for byte.

import { TextDecoder } from 'node:util'

const LF = 0x0a
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function* linesOf(file) {
  for (let start = 0, line = 1; start < file.length; line++) {
    const found = file.indexOf(LF, start)
    const end = found < 0 ? file.length : found
    yield { line, start, bytes: file.subarray(start, end) }
    start = end + 1
  }
}

function isBlankByte(byte) {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d
}

function strip(bytes) {
  let start = 0
  let end = bytes.length
  while (start < end && isBlankByte(bytes[start])) start++
  while (end > start && isBlankByte(bytes[end - 1])) end--
  return bytes.subarray(start, end)
}

function isJson(bytes) {
  try {
    JSON.parse(decoder.decode(bytes))
    return true
  } catch {
    return false
  }
}

/** One character a byte, so that equal keys are equal bytes. */
function keyOf(bytes) {
  return bytes.toString('latin1')
}

function standsAt(file, { range, bytes }) {
  return (
    range.end - range.start === bytes.length + 1 &&
    file.subarray(range.start, range.end - 1).equals(bytes) &&
    file[range.end - 1] === LF
  )
}

/**
 * @param file - all bytes of the file
 * @param records - what was acknowledged: { bytes, range }; range null where none was given
 */
export function verify(file, records) {
  const timesFound = new Map(records.map(({ bytes }) => [keyOf(bytes), 0]))
  const damaged = []
  let unknown = 0
  for (const { line, start, bytes: whole } of linesOf(file)) {
    const bytes = strip(whole)
    if (bytes.length === 0) continue
    const key = keyOf(bytes)
    const found = timesFound.get(key)
    if (found !== undefined) timesFound.set(key, found + 1)
    else if (isJson(bytes)) unknown++
    else damaged.push({ line, start, bytes })
  }
  const found = records.map((record) => timesFound.get(keyOf(record.bytes)))
  const ranged = records.filter(({ range }) => range !== null)
  return {
    acknowledged: records.length,
    whole: found.filter((times) => times > 0).length,
    lost: found.filter((times) => times === 0).length,
    duplicated: found.filter((times) => times > 1).length,
    damaged,
    /** Whole lines that nobody was told of. */
    unknown,
    ranged: ranged.length,
    wrongRanges: ranged.filter((record) => !standsAt(file, record)).length,
  }
}
