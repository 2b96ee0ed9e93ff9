// From a value to the text of one record. What is no record is refused here, at the call, before anything
// was touched.

import { LineContent } from '../door/line-encoder.js'
import { isUint8Array } from '../is-bytes.js'

const LF = 0x0a
const SPACE = 0x20

const lineFeedInside = 'line: one record without a line feed expected (its own is added)'

/** JSON.stringify, with a TypeError for everything it gives no text for. */
export function serialise(value: unknown): string {
  let text: unknown
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    // Nesting too deep for the stack, or a text longer than a string can be.
    if (cause instanceof RangeError)
      throw new TypeError(`value cannot be serialised: ${cause.message}`, { cause })
    throw cause
  }
  if (typeof text === 'string') return text
  throw new TypeError(`value cannot be serialised: JSON has no text for a value of type ${typeof value}`)
}

/** A line given as a string: one record, which UTF-8 can hold. */
export function checkTextLine(line: string, content: LineContent): void {
  if (content === LineContent.known) return
  if (line.includes('\n')) throw new TypeError(lineFeedInside)
  if (!line.isWellFormed()) throw new TypeError('line: it has an unpaired surrogate, which UTF-8 cannot hold')
  if (content === LineContent.json) checkJson(line)
  else if (isBlankText(line)) throw new TypeError('line: it is blank')
}

function isBlankText(line: string): boolean {
  return !(line.charCodeAt(0) > SPACE) && line.trim() === ''
}

/** Made when it is first needed, not with the package: it takes a thirtieth of loading that. */
let decoder: InstanceType<typeof TextDecoder> | null = null

function decode(line: Uint8Array): string {
  decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    return decoder.decode(line)
  } catch (cause) {
    throw new TypeError('line: it is not UTF-8', { cause })
  }
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}

/** A line given as bytes: the same. */
export function checkByteLine(line: Uint8Array, content: LineContent): void {
  if (!isUint8Array(line)) throw new TypeError('line: expected a string or a Uint8Array')
  if (content === LineContent.known) return
  if (line.includes(LF)) throw new TypeError(lineFeedInside)
  if (content === LineContent.json) checkJson(decode(line))
  else if (isBlank(line)) throw new TypeError('line: it is blank')
}

function checkJson(line: string): void {
  try {
    JSON.parse(line)
  } catch (cause) {
    throw new TypeError(`line: it is not one JSON value: ${(cause as Error).message}`, { cause })
  }
}

/** A line given as either. */
export function checkLine(line: string | Uint8Array, content: LineContent): void {
  if (typeof line === 'string') checkTextLine(line, content)
  else checkByteLine(line, content)
}
