// What is left out of a healed copy goes to the quarantine, in the form in which opening puts a torn tail there, and
// is on the disk before the copy takes the place of the original. In order, and some at a time.

import { closeFile } from '../append-file/open-policy.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import type { Door, Policy } from '../door/door.js'
import { Lane } from '../door/lane.js'
import { appendEntries, entriesOf, openQuarantine } from '../tail-repair/quarantine.js'
import { forEachPart, type PartsSource } from './healed-copy.js'
import type { Ownership } from './new-file.js'
import type { ResolvedRepairOptions } from './options.js'

const gatheredBytes = 1024 * 1024

function* open(door: Door, path: string, { mode, owner }: Ownership): Policy<TrackedFile> {
  const file = yield* openQuarantine(door, path, mode)
  // A new one belongs to whom the file belongs, where that can be.
  if (file.end === 0 && owner !== null) {
    yield file.door.setOwner(owner.user, owner.group)
    yield file.door.setMode(mode)
  }
  return file
}

function* append(file: TrackedFile, entries: Buffer): Policy<void> {
  const failure = yield* appendEntries(file, entries)
  if (failure !== null) throw failure
}

/** Throws AppendError where they could not be put there, or not be synced. */
export async function quarantineParts(
  door: Door,
  path: string,
  source: PartsSource,
  ownership: Ownership,
  options: ResolvedRepairOptions,
): Promise<void> {
  const lane = new Lane()
  const file = await lane.run(open(door, path, ownership))
  try {
    let entries: Buffer[] = []
    let gathered = 0
    const flush = async (): Promise<void> => {
      if (gathered > 0) await lane.run(append(file, Buffer.concat(entries)))
      entries = []
      gathered = 0
    }
    await forEachPart(source, options, 'quarantine', async (part) => {
      if (part.what !== 'removed') return
      const entry = entriesOf(part, part.bytes, part.kind)
      entries.push(entry)
      gathered += entry.length
      if (gathered >= gatheredBytes) await flush()
    })
    await flush()
  } finally {
    await lane.run(closeFile(file))
  }
}
