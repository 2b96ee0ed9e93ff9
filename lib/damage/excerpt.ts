// The start of a line as text that a person reads and no terminal obeys.

import { printable } from '../printable.js'

const mostCharacters = 80

/** So many bytes of the start are enough for one. */
export const excerptBytes = 4 * mostCharacters

/** Printable, and at most 80 characters; bytes that are no UTF-8 are shown as U+FFFD. */
export function excerptOf(line: Uint8Array): string {
  const text = printable(Buffer.from(line.subarray(0, excerptBytes)).toString())
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1).toWellFormed()}…`
}
