// A disk on which each write takes long: the fault laboratory's FUSE file system over a folder, told to sleep.

import { makeFileSystem, LabError } from '../../test/faults/lab/file_systems.mjs'

export const slowWriteMs = 5

/** Files made in `path` stand in the folder. `missing`: why there can be none here. */
export async function slowDisk(folder) {
  try {
    const disk = await makeFileSystem('fuse', { backing: folder })
    disk.plan(`write sleep_ms=${slowWriteMs}`)
    return { path: disk.path, missing: null, dispose: () => disk.dispose() }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return { path: null, missing: error.message, dispose: () => {} }
  }
}
