// Rollbacks that are owed: fragments that could be neither cut off nor blanked when they were made. Each
// later append tries again (3.2).
//
// Time has passed since, and somebody may have emptied the file and filled it again (copytruncate): then
// other people's bytes stand there (W2), and they may even begin like ours. So a fragment is touched again
// only if what stood before it still does, and it is long enough to be told from another.

import type { Policy } from '../door/door.js'
import { blank, rollBack, type Fragment, type Rollback } from './rollback.js'
import type { TrackedFile } from './tracked-file.js'

const contextBytes = 64
/** Fewer bytes than this, with what stands before them, may look like somebody else's. */
const tellingBytes = 32

export interface OwedFragment extends Fragment {
  /** What stood right before it. */
  readonly context: Uint8Array
}

/** Keeps a fragment for later, with a copy of its bytes, since the caller's buffer is used again. */
export function* owe(file: TrackedFile, fragment: Fragment): Policy<void> {
  const context = new Uint8Array(Math.min(contextBytes, fragment.range.start))
  const read = yield file.door.readAt(context, fragment.range.start - context.length)
  const known = read.errno === 0 && read.end === fragment.range.start
  file.owe({
    ...fragment,
    bytes: Uint8Array.from(fragment.bytes),
    // What is not known is never found again: the fragment stays what it is.
    context: known ? context : new Uint8Array(0),
  })
}

/** Takes a fragment back, or owes it and puts what follows on a line of its own. */
export function* rollBackOrOwe(file: TrackedFile, fragment: Fragment): Policy<Rollback> {
  const rollback = yield* rollBack(file, fragment)
  file.rollbacks.push(rollback)
  if (rollback.outcome === 'pending' || rollback.outcome === 'none') file.leave(fragment)
  if (rollback.outcome === 'pending') yield* owe(file, fragment)
  return rollback
}

/** Is it certainly still our fragment that stands there, and not what others wrote after the file was cut? */
function* stillStands(file: TrackedFile, { range, bytes, context }: OwedFragment): Policy<boolean> {
  if (context.length + bytes.length < tellingBytes) return false
  if (context.length < Math.min(contextBytes, range.start)) return false
  const there = new Uint8Array(context.length)
  const read = yield file.door.readAt(there, range.start - context.length)
  if (read.errno !== 0 || read.end !== range.start || Buffer.compare(there, context) !== 0) return false
  const size = yield file.door.size()
  return size.errno === 0 && size.end >= range.end
}

/** Tries again what is owed, the newest first, for only the end of the file can be cut off. */
export function* settleOwed(file: TrackedFile): Policy<void> {
  for (const fragment of file.takeOwed().reverse()) {
    if (!(yield* stillStands(file, fragment))) {
      file.owe(fragment)
      continue
    }
    const rollback = yield* fragment.spliced ? blank(file, fragment) : rollBack(file, fragment)
    if (rollback.outcome === 'pending') {
      file.owe(fragment)
      continue
    }
    file.rollbacks.push(rollback)
    file.settled(fragment)
  }
}
