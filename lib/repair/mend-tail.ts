// A file with nothing wrong but its last line is mended in place, by what opening does to it (lib/tail-repair), but
// never without proof: where somebody else has come to it meanwhile, it is refused.

import { syncData } from '../append-file/sync-policy.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import type { Door, Policy } from '../door/door.js'
import { ownError } from '../errors/make-error.js'
import { repairTail, type TailRepair } from '../tail-repair/repair-tail.js'

/** Mends it and syncs it. Throws AppendError, and the tail is as it was then, or is mended and not synced. */
export function* mendTail(door: Door, file: TrackedFile): Policy<TailRepair> {
  const repair = yield* repairTail(door, file, { tornTail: 'quarantine', verifyTail: 0 })
  if (repair?.failure) throw repair.failure
  if (repair === null || (repair.action !== 'completed' && repair.action !== 'quarantined')) {
    const note = 'somebody else has come to have it open'
    throw ownError('ERR_IN_USE', 'ResourceBusy', { path: file.path, action: 'repair', note })
  }
  const unsynced = yield* syncData(file, 'repair', null)
  if (unsynced !== null) throw unsynced
  return repair
}
