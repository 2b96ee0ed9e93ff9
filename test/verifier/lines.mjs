// lines.mjs: the physical lines of a file, found by their LF, without ever holding it whole.
//
// Idea: one buffer is read into again and again; only a line that is longer makes it grow.
// Contract: the bytes that the callback sees are valid only while it runs. Bytes after the
// last LF come as a last line that is not `ended`; there is none if the file ends with LF.

import { closeSync, openSync, readSync } from 'node:fs'

const LF = 10
const usualBytes = 4 * 1024 * 1024

/**
 * @callback OnLine
 * @param {Buffer} buffer
 * @param {number} from first byte of the line in the buffer
 * @param {number} to one behind its last byte, LF not included
 * @param {number} offset where the line starts in the file
 * @param {boolean} ended whether an LF follows
 * @returns {void}
 */

/**
 * @param {string} path
 * @param {OnLine} onLine
 * @param {number} [chunkBytes]
 * @returns {number} the size of what was read
 */
export function forEachLine(path, onLine, chunkBytes = usualBytes) {
  const fd = openSync(path, 'r')
  let buffer = Buffer.allocUnsafe(chunkBytes)
  let filled = 0 // bytes in the buffer
  let searched = 0 // of these, looked through for an LF without finding one
  let position = 0 // of the buffer's first byte in the file
  try {
    for (;;) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2)
      const read = readSync(fd, buffer, filled, buffer.length - filled, position + filled)
      if (read === 0) break
      filled += read
      let from = 0
      for (;;) {
        const lf = buffer.subarray(0, filled).indexOf(LF, Math.max(from, searched))
        if (lf < 0) break
        onLine(buffer, from, lf, position + from, true)
        from = lf + 1
      }
      buffer.copyWithin(0, from, filled)
      filled -= from
      position += from
      searched = filled
    }
    if (filled > 0) onLine(buffer, 0, filled, position, false)
    return position + filled
  } finally {
    closeSync(fd)
  }
}
