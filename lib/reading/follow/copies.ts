// Is a file beside the path a copy of the one that is followed (cp, copytruncate), and not one that was rotated
// away after it? Its start, and the bytes before the place where reading stood, are the same then. Only what came to
// be before the path was last seen to lead to the followed file is asked: later files may well begin alike.

import type { ReadingFile } from '../reading-file.js'

/** What is remembered of a content. */
export interface Memory {
  readonly offset: number
  readonly head: Uint8Array
  /** The bytes before the offset. */
  readonly before: Uint8Array
}

/** The bytes from `start` on are the same, as far as the file has them. */
async function agrees(file: ReadingFile, start: number, bytes: Uint8Array): Promise<boolean> {
  const found = Buffer.alloc(bytes.length)
  const read = await file.readAt(found, start)
  return found.subarray(0, read).equals(bytes.subarray(0, read))
}

export async function isCopy(file: ReadingFile, memories: readonly Memory[]): Promise<boolean> {
  if ((await file.size()) === 0) return false
  for (const { offset, head, before } of memories) {
    if (head.length === 0 || !(await agrees(file, 0, head))) continue
    if (await agrees(file, offset - before.length, before)) return true
  }
  return false
}
