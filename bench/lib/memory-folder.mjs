// A folder in memory, where the system has one: what is to be compiled before it is measured is called there many times
// in the time that a disk takes for a few.

import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import path from 'node:path'

const place = '/dev/shm'
/** magic(7), TMPFS_MAGIC */
const tmpfs = 0x01021994
const enoughBytes = 512 * 1024 * 1024

function hasRoom() {
  try {
    const { type, bavail, bsize } = statfsSync(place)
    return type === tmpfs && bavail * bsize >= enoughBytes
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}

/** A new folder in memory, which goes when this process ends; `folder` itself where there is no room. */
export function memoryFolder(folder) {
  if (!hasRoom()) return folder
  const inMemory = mkdtempSync(path.join(place, 'wholeline-bench-'))
  process.on('exit', () => {
    rmSync(inMemory, { recursive: true, force: true })
  })
  return inMemory
}
