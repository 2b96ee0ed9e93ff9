// Texts that the addon makes the bytes of a line of, and checks on the way, where that takes less time than V8 takes:
// those that must be JSON, and long ones that are more than Latin-1, of which V8 looks at each character twice.
// JavaScript cannot see what a text is made of before it goes through it, so what came lately tells.

import { encodeLine, textArea, textMost } from '../door/native-door.js'

/** A call into the addon costs more than a shorter text that need not be JSON. */
const longLeast = 256

/** Of so many characters in long texts one in texts beyond Latin-1 is enough: the others lose less than those gain. */
const othersForOne = 8
const mostExpected = 16 * 1024

/** For text of bytes V8 knows the answer without a look. */
const beyondLatin1 = /[^\0-\xff]/

/** Characters for which it is still expected that a long text is more than Latin-1. */
let expected = 0

/** A long text took so many bytes. */
export function learnWidth(text: string, bytes: number): void {
  const { length } = text
  if (length < longLeast) return
  if (bytes > length && beyondLatin1.test(text)) expected = Math.min(expected + length, mostExpected)
  else expected = Math.max(0, expected - length / othersForOne)
}

/**
 * The bytes of a line; they hold until the next call. null: not encoded here, or it is none, for it has an LF or an
 * unpaired surrogate, or is not one JSON value.
 */
export function lineBytes(text: string, mustBeJson: boolean): Uint8Array | null {
  const { length } = text
  if (length > textMost || (!mustBeJson && (length < longLeast || expected === 0))) return null
  const bytes = encodeLine(text, mustBeJson)
  if (bytes < 0) return null
  learnWidth(text, bytes)
  return textArea.subarray(0, bytes)
}
