// The cursor as text: which file, how far, and what stood there, so that a restart goes on at the right place or
// knows that there is none. One JSON object on a line; the last whole line counts.

import { ownError } from '../../errors/make-error.js'
import type { AppendError } from '../../errors/append-error.js'
import type { FilePosition } from './followed-file.js'

export interface CursorState extends FilePosition {
  /** The path that was followed. */
  readonly path: string
}

interface CursorText {
  readonly wholeline: 'cursor'
  readonly version: 1
  readonly path: string
  readonly file: string
  readonly born: number
  readonly seenAt: number
  readonly offset: number
  readonly threshold: number
  readonly head: string
  readonly before: string
}

/** Bytes before the position that a cursor holds. */
export const cursorBeforeBytes = 4096

export function cursorToText(state: CursorState): string {
  const { path, file, born, seenAt, offset, threshold } = state
  const text: CursorText = {
    wholeline: 'cursor',
    version: 1,
    path,
    file,
    born,
    seenAt,
    offset,
    threshold,
    head: Buffer.from(state.head).toString('base64'),
    before: Buffer.from(state.before).toString('base64'),
  }
  return `${JSON.stringify(text)}\n`
}

export function cursorError(path: string, note: string): AppendError {
  return ownError('ERR_CURSOR_INVALID', 'InvalidData', { path, action: 'read the cursor', note })
}

function isOffset(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isCursor(value: unknown): value is CursorText {
  if (typeof value !== 'object' || value === null) return false
  const text = value as Partial<Record<keyof CursorText, unknown>>
  const { wholeline, version, path, file, head, before } = text
  if (wholeline !== 'cursor' || version !== 1) return false
  if (![path, file, head, before].every((member) => typeof member === 'string')) return false
  return isOffset(text.offset) && isOffset(text.threshold) && isOffset(text.born) && isOffset(text.seenAt)
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return null
  }
}

/** Throws AppendError for what is no cursor: to begin anew in silence would deliver everything again. */
export function cursorFromText(path: string, text: string): CursorState {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  const value = parse(lines.findLast((line) => line.trim() !== '') ?? '')
  const note = 'it is no cursor of wholeline; remove it to begin anew'
  if (!isCursor(value)) throw cursorError(path, note)
  const head = Buffer.from(value.head, 'base64')
  const before = Buffer.from(value.before, 'base64')
  const { file, born, seenAt, offset, threshold } = value
  // Without these nothing could be compared.
  if (before.length > offset || before.length < Math.min(1, offset)) throw cursorError(path, note)
  return { path: value.path, file, born, seenAt, offset, threshold, head, before }
}
