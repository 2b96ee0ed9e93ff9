// The file that a recorder writes to now, and how it comes to be another one: rotation, a path that leads
// elsewhere, a sync that failed. Each is a policy that runs between two batches, so no record is split over
// two files.

import { appendLines } from '../append-file/append-policy.js'
import type { Appended, Lines } from '../append-file/attempt.js'
import { beginShort, takeShort } from '../append-file/short-path.js'
import { closeAndFail, closeFile, isSameFile, openFile, unlock } from '../append-file/open-policy.js'
import { poisonedError } from '../append-file/poison.js'
import { syncData } from '../append-file/sync-policy.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import {
  wasNotBegun,
  type Completion,
  type Door,
  type DoorCall,
  type FileDoor,
  type Policy,
} from '../door/door.js'
import { AppendError } from '../errors/append-error.js'
import { closedError, systemError } from '../errors/make-error.js'
import { repairTail, type TailRepair } from '../tail-repair/repair-tail.js'
import type { ResolvedRecorderOptions } from './options.js'
import { rescue, rotate, type Saved } from './rescue.js'
import { UnsyncedRecords } from './unsynced-records.js'

/** The path no longer leads to the open file, or a recorder went on in another one. */
export interface Move {
  /** The path of the file that was written to so far. */
  readonly from: string
  /** The path of the file that is written to now; the same as `from` where it was opened again. */
  readonly to: string
  /**
   * `moved`: the path was found to lead elsewhere; `reopened`: and it was opened again. A sync had failed, and
   * `rescued`: its records were written again in their place, in the file opened anew; `rotated`: the recorder
   * went on in a new file.
   */
  readonly what: 'moved' | 'reopened' | 'rescued' | 'rotated'
}

/** What there is to tell after a policy has ended. */
export type Notice =
  | { readonly event: 'repair'; readonly repair: TailRepair }
  | { readonly event: 'moved'; readonly move: Move }
  | { readonly event: 'error'; readonly error: AppendError }

export class RecordingFile {
  readonly #door: Door
  readonly #options: ResolvedRecorderOptions
  /** Records since the last good sync, where they may be needed once more. */
  readonly unsynced: UnsyncedRecords
  file: TrackedFile
  repair: TailRepair | null = null
  notices: Notice[] = []
  #checkedAt: number
  #moveTold = false
  /** Files that were left with records in them that have not reached the disk, and the last failure. */
  #leftUnsynced = 0
  #leftFailure: AppendError | null = null
  /** So many of them a sync that somebody asked for has told of. */
  #leftTold = 0

  private constructor(door: Door, options: ResolvedRecorderOptions, file: TrackedFile) {
    this.#door = door
    this.#options = options
    this.file = file
    this.unsynced = new UnsyncedRecords(options.fsync !== 'never' && options.onSyncFailure !== 'fail')
    this.#checkedAt = door.now()
  }

  /** Opens a path for recording and mends its tail. Throws AppendError. */
  static *open(door: Door, path: string, options: ResolvedRecorderOptions): Policy<RecordingFile> {
    const file = yield* openFile(door.file(path), options.file)
    const recording = new RecordingFile(door, options, file)
    yield* recording.#mendTail(file)
    return recording
  }

  /** Promised to be on the disk, and not there yet. */
  get owesSync(): boolean {
    const { open, unsynced, poisoned } = this.file
    return this.#options.fsync !== 'never' && open && unsynced && poisoned === null
  }

  takeNotices(): Notice[] {
    const notices = this.notices
    this.notices = []
    return notices
  }

  /** Is it time to see whether the path still leads here? */
  get moveCheckDue(): boolean {
    return this.#door.now() - this.#checkedAt >= this.#options.moveCheckMs
  }

  /** May a write follow the one in flight, before anybody has judged that one? */
  get mayBeFollowed(): boolean {
    return this.file.calm && !this.moveCheckDue
  }

  /** Their first write, where nothing has to come before it; else null. */
  beginShort(lines: Lines): DoorCall | null {
    return this.moveCheckDue ? null : beginShort(this.file, lines)
  }

  /** What came of the lines by that write, or by one that followed another; null: it is yet to be judged. */
  takeShort(lines: Lines, completion: Completion): Appended | null {
    const appended = takeShort(this.file, lines, completion)
    if (appended !== null) this.#keepUnsynced(lines, appended)
    return appended
  }

  /** `first`: what their first write gave, where it was made already. */
  *append(lines: Lines, first: Completion | null): Policy<Appended> {
    const begun = first === null || wasNotBegun(first) ? null : first
    if (begun === null && this.moveCheckDue) yield* this.checkMoved()
    const appended = yield* appendLines(this.file, lines, begun)
    const { failure } = appended
    if (failure?.state === 'indeterminate' && failure === this.file.poisoned) {
      return (yield* this.#afterFailedSync(lines)) ?? appended
    }
    this.#keepUnsynced(lines, appended)
    return appended
  }

  #keepUnsynced(lines: Lines, { spoilt, done }: Appended): void {
    if (!lines.sync) this.unsynced.add(lines, spoilt, done)
    // A synced append that acknowledged nothing has synced nothing either.
    else if (done > spoilt) this.unsynced.clear()
  }

  /**
   * To be run later: syncs what was appended, here and in the files before. A failure in those is told to
   * whoever had asked by then, since each speaks for records in them (W5). Throws AppendError.
   */
  syncAsOfNow(): () => Policy<void> {
    const told = this.#leftTold
    return () => this.#syncAll(told)
  }

  *#syncAll(told: number): Policy<void> {
    if (this.#leftUnsynced > told && this.#leftFailure !== null) {
      this.#leftTold = this.#leftUnsynced
      throw this.#leftFailure
    }
    yield* this.sync()
  }

  /** Syncs what was appended to this file; speaks for no other. Throws AppendError. */
  *sync(): Policy<void> {
    const error = yield* syncData(this.file, 'sync', null)
    if (error === null) {
      this.unsynced.clear()
      return
    }
    const fresh = error === this.file.poisoned
    if (!fresh || (yield* this.#afterFailedSync(null)) === null) throw error
  }

  /**
   * Goes on in a newly opened file; the old one is closed last. Throws AppendError; then nothing has changed,
   * unless `file` is the new one and it was the old one that could not be synced or closed.
   */
  *reopen(door: FileDoor): Policy<void> {
    const old = this.file
    // Our own exclusive lock would keep us out where the path leads to the same file. Without it nothing of
    // ours may be cut off under it either.
    const exclusive = old.open && old.lock === 'exclusive'
    if (exclusive) yield* unlock(old)
    let file: TrackedFile | null = null
    try {
      file = yield* this.#openOther(old, door)
    } finally {
      if (file === null && exclusive) yield* this.#lockAgain(old)
    }
    if (file === null) {
      yield* this.#leavePoisoned(old)
      return
    }
    this.#use(file)
    // A later sync() speaks for the records in the old file too, so they are synced while it is open.
    yield* this.#syncAndClose(old, old.unsynced)
  }

  /** null: the path leads to the file whose sync has failed. */
  *#openOther(old: TrackedFile, door: FileDoor): Policy<TrackedFile | null> {
    const file = yield* openFile(door, this.#options.file)
    if (old.poisoned !== null && old.unsynced && (yield* isSameFile(old, file))) {
      yield* closeFile(file)
      return null
    }
    yield* this.#mendTail(file)
    return file
  }

  /**
   * Opening a file anew makes its failed sync no better: what is appended behind bytes that were not synced
   * may be lost with them (W6). So it goes on in a new file.
   */
  *#leavePoisoned(old: TrackedFile): Policy<void> {
    const fails = this.#options.onSyncFailure === 'fail'
    const saved = fails ? null : yield* rotate(this.#door, old, this.#options.file, this.unsynced, null)
    if (saved === null) throw poisonedError(old.poisoned ?? closedError(old.path), 0)
    this.#goOn(old, saved)
  }

  *#lockAgain(old: TrackedFile): Policy<void> {
    const retaken = yield old.door.lock('exclusive')
    if (retaken.errno === 0) {
      old.lock = 'exclusive'
      return
    }
    const note = 'somebody else was quicker; it is written to without a lock now'
    const context = { path: old.path, action: 'lock (exclusive)', note }
    const error = systemError(retaken, context).derive({ kind: 'ResourceBusy', retryable: false })
    this.notices.push({ event: 'error', error })
  }

  /**
   * To be run later: syncs what was promised to be synced, and closes. Where syncs are promised it fails for the
   * files before, too, as `syncAsOfNow` does. Throws AppendError; it is closed all the same.
   */
  closeAsOfNow(): () => Policy<void> {
    const told = this.#leftTold
    return () => this.#close(told)
  }

  *#close(told: number): Policy<void> {
    const { file } = this
    const promised = this.#options.fsync !== 'never'
    const failure = promised && file.open && file.unsynced ? yield* this.#syncLast() : null
    yield* closeFile(this.file)
    if (failure !== null) throw failure
    if (promised && this.#leftUnsynced > told && this.#leftFailure !== null) throw this.#leftFailure
  }

  /** Also of what a sync finds lost at the end, what is kept is saved. */
  *#syncLast(): Policy<AppendError | null> {
    const error = yield* syncData(this.file, 'close', null)
    // After a failed sync this fails again: nobody may take the end for a good one.
    const fresh = error !== null && error === this.file.poisoned
    return fresh && (yield* this.#afterFailedSync(null)) !== null ? null : error
  }

  /** Looks where the path leads, and opens it again where that is wanted. */
  *checkMoved(): Policy<void> {
    this.#checkedAt = this.#door.now()
    const looked = yield this.file.door.leadsTo()
    if (looked.errno !== 0 || looked.detail === 1) {
      this.#moveTold = false
      return
    }
    const old = this.file
    const { path } = old
    if (this.#options.reopenOnMove) {
      try {
        yield* this.reopen(this.#door.file(path))
      } catch (error) {
        if (!(error instanceof AppendError)) throw error
        if (!this.#moveTold) this.notices.push({ event: 'error', error })
      }
      // Also where only the old file could not be synced or closed.
      if (this.file !== old) {
        this.#tellMove({ from: path, to: path, what: 'reopened' })
        return
      }
    }
    if (!this.#moveTold) this.#tellMove({ from: path, to: path, what: 'moved' })
    this.#moveTold = true
  }

  *#afterFailedSync(lines: Lines | null): Policy<Appended | null> {
    const { onSyncFailure } = this.#options
    // Without the records since the last good sync there is nothing to save.
    if (onSyncFailure === 'fail' || !this.unsynced.keeps) return null
    const old = this.file
    const saved =
      onSyncFailure === 'rescue'
        ? yield* rescue(this.#door, old, this.#options.file, this.unsynced, lines)
        : yield* rotate(this.#door, old, this.#options.file, this.unsynced, lines)
    if (saved === null) return null
    this.#goOn(old, saved)
    const length = lines?.length ?? 0
    return { start: saved.start, spoilt: 0, done: length, next: length, failure: null }
  }

  #goOn(old: TrackedFile, saved: Saved): void {
    const to = saved.file.path
    this.#tellMove({ from: old.path, to, what: to === old.path ? 'rescued' : 'rotated' })
    if (saved.closing !== null) this.notices.push({ event: 'error', error: saved.closing })
    this.#use(saved.file)
  }

  #use(file: TrackedFile): void {
    this.file = file
    this.unsynced.clear()
    this.#moveTold = false
    this.#checkedAt = this.#door.now()
  }

  *#mendTail(file: TrackedFile): Policy<void> {
    try {
      const repair = yield* repairTail(this.#door, file, this.#options)
      this.repair = repair
      if (repair !== null) this.notices.push({ event: 'repair', repair })
    } catch (error) {
      yield* closeAndFail(file, error as AppendError)
    }
  }

  *#syncAndClose(file: TrackedFile, sync: boolean): Policy<void> {
    const failure = sync && file.open ? yield* syncData(file, 'close', null) : null
    if (file !== this.file && failure !== null) {
      this.#leftUnsynced++
      this.#leftFailure = failure
    }
    yield* closeFile(file)
    if (failure !== null) throw failure
  }

  #tellMove(move: Move): void {
    this.notices.push({ event: 'moved', move })
  }
}
