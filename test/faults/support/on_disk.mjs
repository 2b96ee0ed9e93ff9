// on_disk.mjs: the place of a run: a fresh file system with one data file, and a folder for the logs of its writers.
//
// Contract: the file system is taken away when the run is over, however it ends; the logs stay until this process ends.

import { join } from 'node:path'
import { makeFileSystem } from '../lab/file_systems.mjs'
import { makeLogFolder } from './processes.mjs'

/**
 * @template T
 * @param {string} kind @param {number} sizeMiB
 * @param {(place: { data: string, log: (name: string) => string }) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function onDisk(kind, sizeMiB, run) {
  const disk = await makeFileSystem(kind, { sizeMiB })
  const folder = makeLogFolder()
  try {
    return await run({ data: join(disk.path, 'data.jsonl'), log: (name) => join(folder, name) })
  } finally {
    disk.dispose()
  }
}
