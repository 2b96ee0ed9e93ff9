// Makes the bytes of lines in the buffers of batches, and judges lines there: the part of the addon that calls
// nothing of the system. A line is encoded where it stays, so nothing can come between judging it and keeping it (W1).

import { LinePlace, nativeBinding } from './native-binding.js'

const { encodeLine, encodeWideLine, isLine, lineTarget, lineNumbers } = nativeBinding

/** What a line is to be; src/core/text_line.h has the same. */
export const LineContent = {
  /** It is one: a text of JSON.stringify. */
  known: 0,
  /** Without an LF, and not blank. */
  anything: 1,
  /** One JSON value without an LF. */
  json: 2,
} as const
export type LineContent = (typeof LineContent)[keyof typeof LineContent]

/** Behind a line that is judged there has to be so much room; src/core/text_line.h has the same. */
export const behindLine = 32

/** A text of more characters is none that `encodeWideAt` takes. */
export const wideMost: number = nativeBinding.wideMost

/**
 * Held for as long as the addon knows its address. Nobody else has it, so it is never detached or resized. Another copy
 * of this module may share the addon (a reset registry of modules, two bundles) and have aimed it elsewhere since, so
 * the addon counts. In an object: of a variable of a module compiled code asks at each use whether it has been set.
 */
const target: { bytes: Uint8Array | null; aimed: number } = { bytes: null, aimed: 0 }

function aim(bytes: Uint8Array, offset: number, length: number, content: LineContent): void {
  if (target.bytes !== bytes || target.aimed !== lineNumbers[LinePlace.aimed]) {
    lineTarget(bytes)
    target.bytes = bytes
    target.aimed = lineNumbers[LinePlace.aimed] ?? 0
  }
  lineNumbers[LinePlace.offset] = offset
  lineNumbers[LinePlace.length] = length
  lineNumbers[LinePlace.content] = content
}

/** The buffer is not used again: it is not to be held any more. */
export function forgetTarget(bytes: Uint8Array): void {
  if (target.bytes !== bytes) return
  target.bytes = null
  lineTarget(undefined)
}

/** The most room that {@link encodeAt} needs for the line of a text. */
export function roomFor(text: string): number {
  return text.length * 3 + behindLine
}

/**
 * Encodes a text at `offset`; gives the number of its bytes, or -1: it is no line of such content, or that is not
 * known, or there is no room. What was behind `offset` is spoilt.
 */
export function encodeAt(bytes: Uint8Array, offset: number, text: string, content: LineContent): number {
  aim(bytes, offset, text.length, content)
  encodeLine(text)
  return lineNumbers[LinePlace.encoded] ?? -1
}

/** The most room that {@link encodeWideAt} needs. */
export function wideRoomFor(text: string): number {
  return text.length * 4 + 64
}

/** The same, for a text that probably has characters beyond Latin-1: it is quicker with those. */
export function encodeWideAt(bytes: Uint8Array, offset: number, text: string, content: LineContent): number {
  aim(bytes, offset, text.length, content)
  encodeWideLine(text)
  return lineNumbers[LinePlace.encoded] ?? -1
}

/** Is what stands there a line? False also where that is not known, or there is no room. */
export function isLineAt(bytes: Uint8Array, offset: number, length: number, content: LineContent): boolean {
  aim(bytes, offset, length, content)
  return isLine()
}
