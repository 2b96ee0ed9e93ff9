// Names that a repair is going to write to, looked at before it begins: the output must be free, and what is written
// beside the place of the copy must not be the file that is repaired.

import type { Door } from '../door/door.js'
import { AppendError } from '../errors/append-error.js'
import { ownError } from '../errors/make-error.js'
import { ReadingFile } from '../reading/reading-file.js'
import { quarantinePath } from '../tail-repair/quarantine.js'
import { identityOf } from './keep-original.js'
import { repairingPath } from './new-file.js'
import type { Original } from './original.js'

function takenError(path: string, note: string): AppendError {
  return ownError('ERR_OUTPUT_EXISTS', 'AlreadyExists', { path, action: 'repair', note })
}

async function refuseExisting(door: Door, output: string): Promise<void> {
  try {
    await (await ReadingFile.open(output, door)).close()
  } catch (error) {
    if (error instanceof AppendError && error.kind === 'NotFound') return
    throw error
  }
  throw takenError(output, 'it is there already, and is not overwritten')
}

/** Throws AppendError, of kind AlreadyExists where one of them is taken. */
export async function refuseNames(door: Door, original: Original, output: string | null): Promise<void> {
  if (output !== null) await refuseExisting(door, output)
  const place = output ?? original.path
  for (const name of [repairingPath(place), quarantinePath(place)]) {
    if ((await identityOf(door, name)) !== original.facts.identity) continue
    throw takenError(name, 'it is the file that is to be repaired')
  }
}
