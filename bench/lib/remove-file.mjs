// Takes away what a candidate has written.

import { rmSync } from 'node:fs'

/** A database has more than the one file, or a folder. */
const endings = ['', '-wal', '-shm']

export function removeFile(path) {
  for (const ending of endings) rmSync(`${path}${ending}`, { recursive: true, force: true })
}
