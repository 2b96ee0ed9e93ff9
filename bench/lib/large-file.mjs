// Files of any size in no time: real records at the start and at the end, and a hole between. Opening and
// appending look at the ends only, and that is what is to be shown.

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'

const tailBytes = 1024 * 1024

/** Makes a file of exactly so many bytes that begins and ends with these lines. */
export function makeLargeFile(path, bytes, lines) {
  const text = Buffer.from(`${lines.join('\n')}\n`)
  const fd = openSync(path, 'w', 0o600)
  try {
    if (bytes <= tailBytes) writeEnd(fd, 0, bytes, text)
    else {
      writeSync(fd, text, 0, text.indexOf(10) + 1, 0)
      ftruncateSync(fd, bytes - tailBytes)
      writeEnd(fd, bytes - tailBytes, tailBytes, text)
    }
  } finally {
    closeSync(fd)
  }
}

/** Fills [start, start + bytes) with lines; what no whole line fits into is spaces before the first. */
function writeEnd(fd, start, bytes, text) {
  const part = Buffer.alloc(bytes, 0x20)
  let at = bytes
  const one = text.subarray(0, text.indexOf(10) + 1)
  while (at >= one.length) at -= one.copy(part, at - one.length)
  writeSync(fd, part, 0, bytes, start)
}
