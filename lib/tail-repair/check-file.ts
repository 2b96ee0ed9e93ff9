// Is this a JSON Lines file at all, and does it hold damage before its last line? Both look at a bounded
// part and change nothing.

import type { ByteRange } from '../byte-range.js'
import type { Policy } from '../door/door.js'
import type { AppendError } from '../errors/append-error.js'
import { ownError } from '../errors/make-error.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import { isBlank, isJsonValue, withoutMark } from './json-line.js'
import { isOtherFormat } from './other-format.js'
import { readRange } from './tail.js'

const LF = 0x0a
/** What tells the format of a file. */
export const headBytes = 64 * 1024

/** A damaged line before the last one, found by `verifyTail`. It is reported and left as it is. */
export interface DamagedLine {
  readonly kind: 'nul-run' | 'not-json'
  /** The line in bytes, LF included. */
  readonly range: ByteRange
}

function* linesOf(block: Uint8Array): Generator<{ from: number; to: number }> {
  let from = 0
  for (let lf = block.indexOf(LF); lf >= 0; lf = block.indexOf(LF, from)) {
    yield { from, to: lf }
    from = lf + 1
  }
}

export function otherFormatError(path: string, action: string, remedy: string): AppendError {
  const note = `it does not begin like JSON Lines, so nothing was changed; ${remedy}`
  return ownError('ERR_NOT_JSON_LINES', 'InvalidData', { path, action, note })
}

/** Throws AppendError of kind InvalidData for a file that does not begin with a record, not even a damaged one. */
export function* refuseOtherFormats(file: TrackedFile, size: number): Policy<void> {
  const head = yield* readRange(file, 0, Math.min(size, headBytes))
  if (!isOtherFormat(withoutMark(head, 0), size <= headBytes)) return
  throw otherFormatError(file.path, 'open', "tornTail: 'seal' opens it all the same")
}

function damageOf(line: Uint8Array): DamagedLine['kind'] | null {
  if (isBlank(line)) return null
  if (line.includes(0)) return 'nul-run'
  return isJsonValue(line) ? null : 'not-json'
}

/** Looks at the whole lines in the last `bytes` before `end`. */
export function* findDamage(file: TrackedFile, end: number, bytes: number): Policy<DamagedLine[]> {
  const start = Math.max(0, end - bytes)
  if (start === end) return []
  const block = yield* readRange(file, start, end)
  const damage: DamagedLine[] = []
  // A block that starts inside the file starts inside a line.
  let partial = start > 0
  for (const { from, to } of linesOf(block)) {
    const kind = partial ? null : damageOf(withoutMark(block.subarray(from, to), start + from))
    if (kind !== null) damage.push({ kind, range: { start: start + from, end: start + to + 1 } })
    partial = false
  }
  return damage
}
