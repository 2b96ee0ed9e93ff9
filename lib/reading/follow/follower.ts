// The follower: reads on in one file, waits, goes over to the next. Reading stops for as long as the consumer is
// busy with a record, and what it has asked the next one for is what the cursor has passed.

import path from 'node:path'
import type { Door } from '../../door/door.js'
import { cursorBeforeBytes, cursorError, type CursorState } from './cursor.js'
import { CursorFile } from './cursor-file.js'
import { CursorKeeper } from './cursor-keeper.js'
import { isSame, type FileIdentity } from './file-identity.js'
import { findNext, findSibling, openPath, type FoundFile } from './find-file.js'
import { FollowedFile, type FilePosition } from './followed-file.js'
import { Judge, type RecordText } from './judge.js'
import { LineReader, type WholeLine } from './line-reader.js'
import type { FollowChange, ResolvedFollowOptions } from './options.js'
import { beginAt } from './start-position.js'
import { Wakes } from './wakes.js'

export type { RecordText } from './judge.js'

/** An append that was on its way when the path moved has begun by then. */
const graceMs = 50
/** So many files that were read to their end are known, so that none is read twice. */
const mostDone = 64

type Deliveries = AsyncGenerator<RecordText, void, undefined>

export class Follower {
  readonly #door: Door
  readonly #path: string
  readonly #options: ResolvedFollowOptions
  readonly #stop = new AbortController()
  readonly #done: FilePosition[] = []
  #wakes: Wakes | null = null
  #keeper: CursorKeeper | null = null
  #current: FollowedFile | null = null
  #reader: LineReader | null = null
  #judge: Judge | null = null
  /** Since when the path has not led to the current file; null: it does. */
  #leftAt: number | null = null
  #grewAt = 0
  /** When the damaged line at the position will have settled; null: there is none. */
  #settlesAt: number | null = null

  constructor(door: Door, file: string, options: ResolvedFollowOptions) {
    this.#door = door
    this.#path = file
    this.#options = options
  }

  stop(): void {
    this.#stop.abort()
  }

  async *records(): AsyncGenerator<RecordText, undefined, undefined> {
    const { signal } = this.#options
    const stop = (): void => this.stop()
    if (signal?.aborted === true) return
    signal?.addEventListener('abort', stop)
    let failed = true
    try {
      await this.#begin()
      while (!this.#isStopped()) {
        yield* this.#readOn()
        if (!this.#isStopped() && !(yield* this.#moveOn())) await this.#wait()
      }
      failed = false
    } finally {
      signal?.removeEventListener('abort', stop)
      // A consumer that leaves ends it here as well; only what has failed before is worth more than the cursor.
      await this.#end(failed && !this.#isStopped())
    }
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted
  }

  async #begin(): Promise<void> {
    this.#wakes = new Wakes(this.#door, this.#path, this.#options.pollMs, this.#stop.signal)
    const { cursor } = this.#options
    const file = cursor === null ? null : await CursorFile.open(this.#door, cursor)
    if (file !== null) this.#keeper = new CursorKeeper(this.#door, file, () => this.#toCursor())
    const state = (await file?.load()) ?? null
    for (let waited = false; !this.#isStopped(); waited = true) {
      const found = state === null ? await openPath(this.#door, this.#path) : await this.#find(state)
      if (found !== null) {
        await this.#use(found)
        await this.#place(found, state, waited)
        return
      }
      await this.#wakes.wait(Infinity)
    }
  }

  /** The file of the cursor, wherever it is now; else the one that came after it. */
  async #find(state: CursorState): Promise<FoundFile | null> {
    const there = await openPath(this.#door, this.#path)
    if (there !== null && isSame(there.identity, state)) return there
    await there?.file.close()
    const sibling = await findSibling(this.#door, this.#path, state)
    if (sibling !== null) return sibling
    if (path.resolve(state.path) !== this.#path) {
      throw cursorError(this.#options.cursor ?? '', `it belongs to ${state.path}`)
    }
    const left = { identity: { file: state.file, born: state.born }, seenAt: state.seenAt }
    return findNext(this.#door, this.#path, left, () => false)
  }

  async #place(found: FoundFile, state: CursorState | null, waited: boolean): Promise<void> {
    const current = this.#current
    if (current === null) return
    if (state === null) {
      // What has come while it was waited for is new.
      await beginAt(current, waited ? 'start' : this.#options.from)
    } else if (isSame(found.identity, state)) {
      current.resume(state)
      return
    } else {
      this.#options.onChange({ what: 'lost', file: state.file, position: state.offset })
    }
    // Now, so that whoever starts again finds this file, though it was rotated meanwhile.
    await this.#keeper?.begin()
  }

  async #use(found: FoundFile): Promise<void> {
    const { file, identity, viaPath } = found
    const seenAt = viaPath ? Date.now() * 1000 : identity.born
    await this.#current?.file.close()
    const current = new FollowedFile(file, identity, viaPath, this.#options.settleMs, seenAt)
    this.#current = current
    this.#reader = new LineReader(current, this.#options.maxRecordBytes)
    this.#judge = new Judge(current, this.#options)
    this.#leftAt = null
    this.#settlesAt = null
    this.#grewAt = this.#door.now()
    this.#wakes?.renew(await file.isLocal())
  }

  /** Delivers all that can be told by now. */
  async *#readOn(): Deliveries {
    const [current, reader] = [this.#current, this.#reader]
    if (current === null || reader === null) return
    this.#settlesAt = null
    for (let more = true; more && !this.#isStopped();) {
      const now = this.#door.now()
      const settledEnd = current.finished ? Infinity : current.samples.settledEnd(now)
      await this.#lookAround(current)
      const read = await reader.read(now)
      if (typeof read === 'string') {
        this.#tell(read, current)
        continue
      }
      for (const line of read.lines) {
        const records = this.#take(current, line, settledEnd)
        if (records === null) return
        for (const record of 'then' in records ? await records : records) {
          if (this.#isStopped()) return
          yield record
        }
        if (line.before === null) await current.placeAt(line.end)
        else current.pass(line.before, line.end)
        this.#keeper?.moved()
      }
      more = read.more
    }
  }

  async #lookAround(current: FollowedFile): Promise<void> {
    const wallMs = Date.now()
    const { size, leadsHere } = await current.file.whereabouts()
    const now = this.#door.now()
    if (size !== current.size) this.#grewAt = now
    current.noteSize(now, size)
    if (leadsHere && current.viaPath) {
      this.#leftAt = null
      current.seenAt = wallMs * 1000
    } else {
      this.#leftAt ??= now
    }
  }

  /** The records of a line; null: nobody can tell yet. */
  #take(
    current: FollowedFile,
    line: WholeLine,
    settledEnd: number,
  ): RecordText[] | Promise<RecordText[]> | null {
    const judge = this.#judge
    if (judge === null || this.#isStopped()) return null
    const verdict = judge.inspect(line.bytes, line.start, true)
    if (!verdict.damaged) return judge.whole(verdict, line)
    if (line.end <= settledEnd) return judge.salvage(verdict, line)
    this.#settlesAt = current.samples.settlesAt(line.end) ?? this.#door.now() + this.#options.settleMs
    return null
  }

  #tell(what: FollowChange['what'], current: FollowedFile): void {
    const { position, identity } = current
    this.#keeper?.moved()
    this.#options.onChange({ what, file: identity.file, position })
  }

  /** True: there is more to read. */
  async *#moveOn(): AsyncGenerator<RecordText, boolean> {
    const current = this.#current
    if (current === null || this.#leftAt === null || this.#settlesAt !== null) return false
    if (!current.finished) {
      // Once nobody can write to it, it is read to its end once more.
      current.finished = await this.#isFinished(current, this.#leftAt)
      return current.finished
    }
    const next = await findNext(
      this.#door,
      this.#path,
      current,
      (identity) => this.#positionIn(identity) !== null,
    )
    if (next === null) {
      current.finished = false
      return false
    }
    let delivered = false
    try {
      yield* this.#deliverTail(current)
      delivered = !this.#isStopped()
    } finally {
      if (!delivered) await next.file.close()
    }
    if (!delivered) return false
    this.#done.push(current.toPosition(cursorBeforeBytes))
    if (this.#done.length > mostDone) this.#done.shift()
    // One that was read already has come back.
    const known = this.#positionIn(next.identity)
    await this.#use(next)
    if (known !== null) this.#current?.resume(known)
    this.#keeper?.moved()
    this.#options.onChange({ what: 'next', file: next.identity.file, position: known?.offset ?? 0 })
    return true
  }

  async #isFinished(current: FollowedFile, leftAt: number): Promise<boolean> {
    const now = this.#door.now()
    if (now - leftAt < graceMs) return false
    if (await current.file.hasNoWriters()) return true
    const { quietMs } = this.#options
    return now - leftAt >= quietMs && now - this.#grewAt >= quietMs
  }

  /** Where reading ended in a file that is done; null: it is not. */
  #positionIn(identity: FileIdentity): FilePosition | null {
    return this.#done.findLast((done) => isSame(done, identity)) ?? null
  }

  /** What stands behind the last LF of a file that nobody writes to any more. */
  async *#deliverTail(current: FollowedFile): Deliveries {
    const judge = this.#judge
    const { position, size } = current
    if (judge === null || size <= position) return
    const length = size - position
    const tooLong = length > this.#options.maxRecordBytes
    const bytes = tooLong ? null : Buffer.alloc(length)
    const read = bytes === null ? 0 : await current.file.readAt(bytes, position)
    const text = bytes?.subarray(0, read) ?? null
    const verdict = judge.inspect(text, position, false)
    const line = { start: position, end: size, bytes: text, before: null }
    for (const record of verdict.damaged ? await judge.salvage(verdict, line) : []) {
      if (this.#isStopped()) return
      yield record
      // Should the file come back, and its line be ended, it is not delivered again.
      current.threshold = record.end
      this.#keeper?.moved()
    }
  }

  async #wait(): Promise<void> {
    const now = this.#door.now()
    // Events cannot make it settle earlier.
    if (this.#settlesAt !== null) return this.#wakes?.pause(this.#settlesAt - now)
    const left = this.#leftAt
    return this.#wakes?.wait(left === null || now - left >= graceMs ? Infinity : graceMs)
  }

  #toCursor(): CursorState | null {
    if (this.#current === null) return null
    return { ...this.#current.toPosition(cursorBeforeBytes), path: this.#path }
  }

  async #end(failed: boolean): Promise<void> {
    this.#wakes?.close()
    try {
      await this.#keeper?.finish()
    } catch (error) {
      if (!failed) throw error
    } finally {
      await this.#current?.file.close()
      this.#current = null
    }
  }
}
