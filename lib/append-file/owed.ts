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
/** With so many bytes known before it, or so many of its own, a fragment is not taken for another. */
const tellingContextBytes = 8
const tellingBytes = 64

export interface OwedFragment extends Fragment {
  /** What stood right before it. */
  readonly context: Uint8Array
}

/**
 * Keeps a fragment for later, with a copy of its bytes, since the caller's buffer is used again. Where nothing
 * is to be taken back, nothing is owed.
 */
export function* owe(file: TrackedFile, fragment: Fragment): Policy<void> {
  if (file.rollback === 'none') return
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

/** `gone`: the file ends before it. `unsure`: something stands there, and may be somebody else's. */
type Standing = 'ours' | 'gone' | 'unsure'

function isTelling({ context, bytes, range }: OwedFragment, size: number): boolean {
  return context.length >= tellingContextBytes || bytes.length >= tellingBytes || size === range.end
}

/** Is it still our fragment that stands there, and not what others wrote after the file was cut? */
function* lookAgain(file: TrackedFile, fragment: OwedFragment): Policy<Standing> {
  const { range, context } = fragment
  const size = yield file.door.size()
  if (size.errno !== 0) return 'unsure'
  if (size.end <= range.start) return 'gone'
  if (size.end < range.end || !isTelling(fragment, size.end)) return 'unsure'
  if (context.length < Math.min(contextBytes, range.start)) return 'unsure'
  const there = new Uint8Array(context.length)
  const read = yield file.door.readAt(there, range.start - context.length)
  const same = read.errno === 0 && read.end === range.start && Buffer.compare(there, context) === 0
  return same ? 'ours' : 'unsure'
}

/** Is it over with the fragment? */
function* settle(file: TrackedFile, fragment: OwedFragment): Policy<boolean> {
  const standing = yield* lookAgain(file, fragment)
  if (standing === 'ours') {
    const rollback = yield* fragment.spliced ? blank(file, fragment) : rollBack(file, fragment)
    // Anything else leaves it where it is, and what follows relies on its seal.
    if (rollback.outcome !== 'truncated' && rollback.outcome !== 'erased') return false
    file.rollbacks.push(rollback)
  }
  if (standing === 'unsure') return false
  file.settled(fragment)
  return true
}

/**
 * Tries again what is owed, the newest first, for only the end of the file can be cut off. Where so many
 * could not be settled the others are left for later: an append shall not cost more with each that failed.
 */
export function* settleOwed(file: TrackedFile, failuresMost = Infinity): Policy<void> {
  const waiting = file.takeOwed()
  const left: OwedFragment[] = []
  while (left.length < failuresMost) {
    const fragment = waiting.pop()
    if (fragment === undefined) break
    if (!(yield* settle(file, fragment))) left.push(fragment)
  }
  file.oweAgain([...waiting, ...left.reverse()])
}
