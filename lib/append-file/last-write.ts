// What the last `writeOnce` left in the file, and taking back a part of it. Nobody else's bytes are ever taken
// back (W2), and as long as some of ours are left behind without an LF, what follows is sealed (W1).

import type { ByteRange } from '../byte-range.js'
import type { Policy } from '../door/door.js'
import type { AppendError } from '../errors/append-error.js'
import { ownError } from '../errors/make-error.js'
import { rollBackOrOwe } from './owed.js'
import type { Fragment, Rollback } from './rollback.js'
import type { TrackedFile } from './tracked-file.js'

function isWithin(inner: ByteRange, outer: ByteRange): boolean {
  const whole = Number.isInteger(inner.start) && Number.isInteger(inner.end)
  return whole && inner.start >= outer.start && inner.start < inner.end && inner.end <= outer.end
}

export class LastWrite {
  readonly #range: ByteRange
  readonly #bytes: Uint8Array
  /** The parts of it that were not taken back, in the order of the file. */
  #parts: ByteRange[]

  /** @param bytes - from the start of the range on; they may be more than landed */
  constructor(range: ByteRange = { start: 0, end: 0 }, bytes: Uint8Array = new Uint8Array(0)) {
    this.#range = range
    this.#bytes = bytes
    this.#parts = range.end > range.start ? [range] : []
  }

  /** What stands there stays: without an LF at its end, it needs a seal. */
  leave(file: TrackedFile): void {
    const last = this.#parts.at(-1)
    if (last !== undefined) file.leave(this.#fragment(last))
  }

  /** Takes a part back. Throws AppendError where it does not stand there as written. */
  *rollBack(file: TrackedFile, range: ByteRange): Policy<Rollback> {
    const part = this.#parts.find((candidate) => isWithin(range, candidate))
    if (part === undefined) throw this.#notOwn(file, range)
    const fragment = this.#fragment(range)
    const there = new Uint8Array(fragment.bytes.length)
    const read = yield file.door.readAt(there, range.start)
    // Somebody may have cut the file and others may have filled it since.
    if (read.errno !== 0 || read.end !== range.end || Buffer.compare(there, fragment.bytes) !== 0) {
      throw this.#notOwn(file, range)
    }
    const rollback = yield* rollBackOrOwe(file, fragment)
    if (rollback.outcome === 'pending' || rollback.outcome === 'none') return rollback
    this.#takeOut(range)
    file.settled(this.#fragment(this.#range))
    this.leave(file)
    return rollback
  }

  #fragment({ start, end }: ByteRange): Fragment {
    const from = start - this.#range.start
    return { range: { start, end }, bytes: this.#bytes.subarray(from, from + end - start), spliced: false }
  }

  #takeOut(range: ByteRange): void {
    this.#parts = this.#parts
      .flatMap(({ start, end }) => [
        { start, end: Math.min(end, range.start) },
        { start: Math.max(start, range.end), end },
      ])
      .filter(({ start, end }) => start < end)
  }

  #notOwn(file: TrackedFile, range: ByteRange): AppendError {
    const { start, end } = this.#range
    return ownError('ERR_NOT_OWN_RANGE', 'InvalidInput', {
      path: file.path,
      action: 'roll back',
      note: `[${range.start}, ${range.end}) does not stand there as the last write, [${start}, ${end}), left it`,
    })
  }
}
