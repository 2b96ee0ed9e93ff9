// Whether what `wholeline bench` appended is in the file: the same lines, all of one size, again and again.

import { closeSync, openSync, readSync } from 'node:fs'
import type { Line } from './bench-ways.js'

/** How many of so many records are not in their place; what stands behind the last one counts as one more. */
export function countWrong(path: string, lines: readonly Line[], records: number): number {
  const expected = Buffer.concat(lines.map(({ bytes }) => bytes))
  const size = expected.length / lines.length
  const found = Buffer.alloc(expected.length)
  const fd = openSync(path, 'r')
  try {
    let right = 0
    let bytes = found.length
    for (let first = 0; bytes === found.length; first += lines.length) {
      bytes = readSync(fd, found, 0, found.length, first * size)
      const there = Math.min(lines.length, records - first)
      for (let at = 0; at < there * size; at += size) {
        const end = at + size
        if (end <= bytes && found.compare(expected, at, end, at, end) === 0) right++
      }
    }
    const more = readSync(fd, found, 0, 1, records * size)
    return records - right + more
  } finally {
    closeSync(fd)
  }
}
