// Which descriptors of this process lead to a file.

import { readdirSync, readlinkSync } from 'node:fs'

const folder = '/proc/self/fd'

function leadsTo(descriptor: string, path: string): boolean {
  try {
    return readlinkSync(`${folder}/${descriptor}`) === path
  } catch {
    // The one that listed the folder.
    return false
  }
}

/** Needs /proc, so Linux. */
export function openDescriptorsOf(path: string): number {
  return readdirSync(folder).filter((descriptor) => leadsTo(descriptor, path)).length
}
