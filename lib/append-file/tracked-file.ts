// What the policies know of one open file. Only they change it, and only one of them runs at a time: the
// file's lane sees to that.

import type { ByteRange } from '../byte-range.js'
import type { FileDoor, LockMode } from '../door/door.js'
import type { AppendError } from '../errors/append-error.js'
import type { OwedFragment } from './owed.js'
import type { Fragment, Rollback } from './rollback.js'

/** How far down the ladder a rollback may go. */
export type RollbackOption = 'auto' | 'erase' | 'none'

/**
 * What a rollback still owed may keep in memory for its comparison (W8); beyond it the oldest are given up and
 * stay what they are: bad lines of their own. Only their ranges are kept, for closing tells them (W7).
 */
const owedMostBytes = 64 * 1024 * 1024
/** How many ranges of those are kept; beyond it they are only counted. */
const givenUpMost = 1024

/** So many of our own torn ends are told apart; beyond it the seal stays until it is written. */
const unsealedMost = 64

/** Fragments that stay where they are, because their bytes were not kept. */
export interface GivenUp {
  /** In the order in which they were given up; those that touch are one. */
  readonly ranges: readonly ByteRange[]
  /** How many more there are. */
  readonly more: number
}

export class TrackedFile {
  readonly door: FileDoor
  readonly path: string
  /** The lock that is held. */
  lock: LockMode
  readonly rollback: RollbackOption
  /** Name of the file system; empty before the file is open. */
  fileSystem = ''
  /** A write lease proves sole ownership here (only on local file systems that are known). */
  leasesProve = true

  /** Everything before this offset is on the disk, as far as this open file knows. */
  syncedEnd = 0
  /** Something was appended since the last sync. */
  unsynced = false
  /** Directories above the file's own that opening made; they are synced with it at the first sync (W5). */
  madeDirectories = 0
  directoriesSynced = false

  #open = false
  #poisoned: AppendError | null = null
  #verifyRanges = false
  #calm = false
  #end = 0
  /** Rollbacks since somebody last took them to report. */
  rollbacks: Rollback[] = []
  #owed: OwedFragment[] = []
  #owedBytes = 0
  /** Bytes of ours without an LF at their end, since our last LF. The seal is there for each of them. */
  #unsealed: ByteRange[] = []
  /** A torn line stands there that is not ours, or nobody knows what does. */
  #unsealedOther = false
  readonly #givenUp: ByteRange[] = []
  #givenUpMore = 0

  constructor(door: FileDoor, lock: LockMode, rollback: RollbackOption) {
    this.door = door
    this.path = door.path
    this.lock = lock
    this.rollback = rollback
  }

  /** Nothing stands in the way of the short path: one write, and done. Kept, for each append asks it. */
  get calm(): boolean {
    return this.#calm
  }

  /** Called where something has changed that it depends on. */
  #lookForCalm(): void {
    const isClear = !this.needsSeal && this.#owed.length === 0
    this.#calm = this.#open && isClear && this.#poisoned === null && !this.#verifyRanges
  }

  get open(): boolean {
    return this.#open
  }

  set open(open: boolean) {
    this.#open = open
    this.#lookForCalm()
  }

  /** Why nothing is appended or synced any more (W6). */
  get poisoned(): AppendError | null {
    return this.#poisoned
  }

  set poisoned(error: AppendError | null) {
    this.#poisoned = error
    this.#lookForCalm()
  }

  /** Append offsets are not to be believed here: each range is verified by reading back its ends. */
  get verifyRanges(): boolean {
    return this.#verifyRanges
  }

  set verifyRanges(verified: boolean) {
    this.#verifyRanges = verified
    this.#lookForCalm()
  }

  /** Where the next append starts if nobody else writes. The byte before is an LF, or blanks behind one. */
  get end(): number {
    return this.#end
  }

  set end(end: number) {
    this.#end = end
    // What comes to stand there now has not been synced.
    if (end < this.syncedEnd) this.syncedEnd = end
  }

  /** Bytes of ours landed there. Before our end: somebody has cut the file. */
  reach({ start, end }: ByteRange): void {
    if (start < this.#end) this.end = start
    this.end = end
  }

  /** The next write starts with an LF, because a torn line stands before it. */
  get needsSeal(): boolean {
    return this.#unsealedOther || this.#unsealed.length > 0
  }

  /** true: whatever becomes of our own fragments; false: a whole line stands there. */
  set needsSeal(needed: boolean) {
    this.#unsealedOther = needed
    if (!needed) this.#unsealed = []
    this.#lookForCalm()
  }

  get owed(): readonly OwedFragment[] {
    return this.#owed
  }

  get givenUp(): GivenUp {
    return { ranges: this.#givenUp, more: this.#givenUpMore }
  }

  /** A fragment is left where it is. One that ends in an LF is a line of its own already. */
  leave(fragment: Fragment): void {
    if (fragment.bytes.at(-1) === 0x0a) return
    if (this.#unsealed.length < unsealedMost) this.#unsealed.push(fragment.range)
    else this.#unsealedOther = true
    this.#lookForCalm()
  }

  /** To be tried again, in the order of the file. */
  owe(fragment: OwedFragment): void {
    const last = this.#owed.at(-1)
    this.#owed.push(fragment)
    this.#owedBytes += fragment.bytes.length
    if (last !== undefined && last.range.start > fragment.range.start) this.#sortOwed()
    this.#forgetOldest()
    this.#lookForCalm()
  }

  takeOwed(): OwedFragment[] {
    const owed = this.#owed
    this.#owed = []
    this.#owedBytes = 0
    this.#lookForCalm()
    return owed
  }

  /** Of what was taken, what could not be settled; in order. */
  oweAgain(fragments: OwedFragment[]): void {
    this.#owed = fragments
    for (const { bytes } of fragments) this.#owedBytes += bytes.length
    this.#lookForCalm()
  }

  /** A fragment is gone: what follows needs no LF before it on its account. */
  settled({ spliced, range }: Fragment): void {
    // Blanks behind an unfinished foreign line leave it unfinished.
    if (spliced) return
    this.#unsealed = this.#unsealed.filter(({ start, end }) => start < range.start || end > range.end)
    this.#lookForCalm()
  }

  /** Bytes of ours landed at the end; sealed: with an LF before them, which ends whatever stood there. */
  appended(sealed: boolean): void {
    this.unsynced = true
    if (sealed) this.needsSeal = false
  }

  takeRollbacks(): Rollback[] {
    const rollbacks = this.rollbacks
    this.rollbacks = []
    return rollbacks
  }

  #sortOwed(): void {
    this.#owed.sort((a, b) => a.range.start - b.range.start)
  }

  #forgetOldest(): void {
    while (this.#owedBytes > owedMostBytes && this.#owed.length > 1) {
      const oldest = this.#owed.shift()
      if (oldest === undefined) return
      this.#owedBytes -= oldest.bytes.length
      this.#giveUp(oldest.range)
    }
  }

  #giveUp(range: ByteRange): void {
    const last = this.#givenUp.at(-1)
    if (last?.end === range.start) {
      this.#givenUp[this.#givenUp.length - 1] = { start: last.start, end: range.end }
    } else if (this.#givenUp.length < givenUpMost) {
      this.#givenUp.push(range)
    } else {
      this.#givenUpMore++
    }
  }
}
