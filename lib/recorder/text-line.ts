// A line is put where it stays, at the end of what a batch holds, and judged there by the addon. What is refused here
// may still be a line: checkTextLine and checkByteLine (serialise.ts) know, and say why not.

import {
  LineContent,
  behindLine,
  encodeAt,
  encodeWideAt,
  isLineAt,
  roomFor,
  wideMost,
  wideRoomFor,
} from '../door/line-encoder.js'

// JavaScript cannot see what a text is made of before it goes through it, so what came lately tells: V8 looks at each
// character of a text that is more than Latin-1 on its own, twice.

/** A shorter text is not worth the question. */
const longLeast = 256

/** Of so many characters in long texts one in texts beyond Latin-1 is enough: the others lose less than those gain. */
const othersForOne = 8
const mostExpected = 16 * 1024

/** For text of bytes V8 knows the answer without a look. */
const beyondLatin1 = /[^\0-\xff]/

/**
 * Characters for which it is still expected that a long text is more than Latin-1. In an object: of a variable of a
 * module compiled code asks at each use whether it has been set.
 */
const wide = { expected: 0 }

/** A long text took so many bytes. */
function learnWidth(text: string, bytes: number): void {
  const { length } = text
  const { expected } = wide
  if (bytes > length && beyondLatin1.test(text)) wide.expected = Math.min(expected + length, mostExpected)
  else wide.expected = Math.max(0, expected - Math.floor(length / othersForOne))
}

function isProbablyWide({ length }: string): boolean {
  return wide.expected > 0 && length >= longLeast && length <= wideMost
}

/** The room that putting the text may take. */
export function roomForText(text: string): number {
  return isProbablyWide(text) ? wideRoomFor(text) : roomFor(text)
}

/** The room that putting so many bytes takes. */
export function roomForBytes(length: number): number {
  return length + behindLine
}

/**
 * Puts the bytes of a text at `offset`, where there is {@link roomForText}, or {@link roomForBytes} of what it takes.
 * Gives how many; -1: refused.
 */
export function putText(into: Buffer, offset: number, text: string, content: LineContent): number {
  const bytes = isProbablyWide(text)
    ? encodeWideAt(into, offset, text, content)
    : encodeAt(into, offset, text, content)
  // Where all is ASCII there is nothing to learn.
  if ((bytes > text.length || wide.expected > 0) && bytes >= 0 && text.length >= longLeast)
    learnWidth(text, bytes)
  return bytes
}

/** The same for bytes: judged is what was copied, whatever becomes of the others. */
export function putBytes(into: Buffer, offset: number, record: Uint8Array, content: LineContent): number {
  const { length } = record
  into.set(record, offset)
  if (content === LineContent.known) return length
  return isLineAt(into, offset, length, content) ? length : -1
}
