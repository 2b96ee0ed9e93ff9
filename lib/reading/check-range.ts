// A range as a caller gives it; a wrong one is refused before anything is opened.

import { constants } from 'node:buffer'

function isOffset(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** @internal Throws TypeError or RangeError. */
export function checkRange(range: unknown): void {
  if (typeof range !== 'object' || range === null)
    throw new TypeError(`range: expected { start, end } in bytes, got ${String(range)}`)
  const { start, end } = range as { start?: unknown; end?: unknown }
  if (typeof start !== 'number' || typeof end !== 'number') {
    const given = `{ start: ${String(start)}, end: ${String(end)} }`
    throw new TypeError(`range: expected numbers as start and end, got ${given}`)
  }
  const given = `[${start}, ${end})`
  if (!isOffset(start) || !isOffset(end) || end <= start)
    throw new RangeError(`range: expected whole numbers from 0, start below end, got ${given}`)
  if (end - start > constants.MAX_STRING_LENGTH)
    throw new RangeError(`range: expected at most ${constants.MAX_STRING_LENGTH} bytes, got ${given}`)
}
