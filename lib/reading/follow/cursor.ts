// The cursor as text: which file, how far, and what stood there, so that a restart goes on at the right place or
// knows that there is none. One JSON object on a line; the last whole line counts.

import { ownError } from '../../errors/make-error.js'
import type { AppendError } from '../../errors/append-error.js'
import { proofBytes, type Checkpoint } from './checkpoints.js'
import type { FileIdentity } from './file-identity.js'
import type { FilePosition } from './followed-file.js'

export interface CursorState extends FilePosition {
  /** The path that was followed. */
  readonly path: string
  /** Files that are not to be delivered, though they look as young as this one. */
  readonly finished: readonly FileIdentity[]
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
  /** Not in cursors of the first versions. */
  readonly finished?: readonly FileIdentity[]
  readonly checkpoints?: readonly Checkpoint[]
}

/** Bytes before the position that a cursor holds. */
export const cursorBeforeBytes = 4096

export function cursorToText(state: CursorState): string {
  const { path, file, born, seenAt, offset, threshold, finished, checkpoints } = state
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
    ...(checkpoints.length > 0 && { checkpoints }),
    ...(finished.length > 0 && { finished }),
  }
  return `${JSON.stringify(text)}\n`
}

export function cursorError(path: string, note: string): AppendError {
  return ownError('ERR_CURSOR_INVALID', 'InvalidData', { path, action: 'read the cursor', note })
}

function isOffset(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isIdentity(value: unknown): value is FileIdentity {
  if (typeof value !== 'object' || value === null) return false
  const { file, born } = value as Partial<Record<keyof FileIdentity, unknown>>
  return typeof file === 'string' && isOffset(born)
}

function isCheckpoint(value: unknown): value is Checkpoint {
  if (typeof value !== 'object' || value === null) return false
  const { offset, length, hash } = value as Partial<Record<keyof Checkpoint, unknown>>
  if (!isOffset(offset) || !isOffset(length) || typeof hash !== 'string') return false
  return (
    (length as number) > 0 && (length as number) <= proofBytes && (length as number) <= (offset as number)
  )
}

function isList<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is Item[] {
  return value === undefined || (Array.isArray(value) && value.every(isItem))
}

function isCursor(value: unknown): value is CursorText {
  if (typeof value !== 'object' || value === null) return false
  const text = value as Partial<Record<keyof CursorText, unknown>>
  const { wholeline, version, path, file, head, before } = text
  if (wholeline !== 'cursor' || version !== 1) return false
  if (![path, file, head, before].every((member) => typeof member === 'string')) return false
  if (!isList(text.finished, isIdentity) || !isList(text.checkpoints, isCheckpoint)) return false
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
  const { file, born, seenAt, offset, threshold, finished = [], checkpoints = [] } = value
  // Without these nothing could be compared.
  if (before.length > offset || before.length < Math.min(1, offset)) throw cursorError(path, note)
  return { path: value.path, file, born, seenAt, offset, threshold, head, before, finished, checkpoints }
}
