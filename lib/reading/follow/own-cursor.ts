// A cursor in the place of the file that is followed would overwrite it: refused, by the names and by the identities
// of what is there, links included.

import type { Door } from '../../door/door.js'
import { AppendError } from '../../errors/append-error.js'
import { ReadingFile } from '../reading-file.js'
import { cursorError } from './cursor.js'

/** null: nothing is there that could be read. */
async function identityOf(door: Door, path: string): Promise<string | null> {
  let file: ReadingFile
  try {
    file = await ReadingFile.open(path, door)
  } catch (error) {
    if (error instanceof AppendError) return null
    throw error
  }
  try {
    return await file.identity()
  } finally {
    await file.close()
  }
}

/** Throws AppendError. Touches nothing. */
export async function refuseOwnCursor(door: Door, path: string, cursor: string): Promise<void> {
  const followed = await identityOf(door, path)
  for (const name of [cursor, `${cursor}.tmp`, `${cursor}.lock`]) {
    const isSame = name === path || (followed !== null && (await identityOf(door, name)) === followed)
    if (isSame) throw cursorError(cursor, `${name} would be the file that is followed`)
  }
}
