// The file that a healed copy is written to, beside the place that it will take: `<path>.repairing`. Locked, so that
// two repairs do not share it; one that a killed repair left is begun anew. A file that has another name as well is
// never written to: it may be a copy that is finished.

import { closeAndFail, openFile } from '../append-file/open-policy.js'
import { resolveAppendFileOptions } from '../append-file/options.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import { Truncation, type Door, type DoorCall, type Policy } from '../door/door.js'
import { Lane } from '../door/lane.js'
import { ownError, shortWriteError, systemError } from '../errors/make-error.js'

const openOptions = resolveAppendFileOptions({
  mkdir: false,
  followSymlinks: false,
  lock: 'exclusive',
  onUnsafeFilesystem: 'ignore',
})

const bufferBytes = 1024 * 1024
const triesMost = 10
const LF = 0x0a

/** What the copy is called while it is written that will take this place. */
export function repairingPath(place: string): string {
  return `${place}.repairing`
}

export interface Ownership {
  readonly mode: number
  /** null: whoever makes the file. */
  readonly owner: { readonly user: number; readonly group: number } | null
}

function* must(path: string, call: DoorCall, note?: string): Policy<void> {
  const completion = yield call
  if (completion.errno === 0) return
  const context = { path, action: 'repair' }
  throw systemError(completion, note === undefined ? context : { ...context, note })
}

/** Takes the name away from a file that has others: a repair was killed when its copy had just got its place. */
function* openAlone(door: Door, path: string): Policy<TrackedFile> {
  for (let tries = 0; tries < triesMost; tries++) {
    const file = yield* openFile(door.file(path), openOptions)
    const led = yield file.door.leadsTo()
    const owner = yield file.door.owner()
    const named = led.detail === 1 && owner.detail > 1
    const last = named ? yield file.door.unlink() : owner
    const failed = [led, owner, last].find(({ errno }) => errno !== 0)
    if (failed) return yield* closeAndFail(file, systemError(failed, { path, action: 'repair' }))
    // Another repair may have finished its copy, and given it its place, before this one got the lock.
    if (led.detail === 1 && owner.detail === 1) return file
    yield file.door.close()
    file.door.release()
  }
  throw ownError('ERR_IN_USE', 'ResourceBusy', { path, action: 'repair', note: 'other repairs write there' })
}

function* begin({ door, path, end }: TrackedFile, { mode, owner }: Ownership): Policy<void> {
  if (end > 0) {
    const cut = yield door.truncateUnderLock(end, 0)
    if (cut.errno !== 0) throw systemError(cut, { path, action: 'repair' })
    if (cut.detail !== Truncation.done) {
      throw ownError('ERR_IN_USE', 'ResourceBusy', { path, action: 'repair', note: 'it is being written to' })
    }
  }
  const note = 'the copy would not belong to the owner of the original; `output` asks for a copy of your own'
  if (owner !== null) yield* must(path, door.setOwner(owner.user, owner.group), note)
  yield* must(path, door.setMode(mode))
}

/** All of it, in as many writes as it takes: nobody else writes there. */
function* writeAll({ door, path }: TrackedFile, bytes: Uint8Array, length: number): Policy<void> {
  for (let at = 0; at < length;) {
    const written = yield door.write(bytes, at, length - at)
    const context = { path, action: 'repair' }
    if (written.errno !== 0) throw systemError(written, context)
    if (written.end === written.start) throw shortWriteError(context)
    at += written.end - written.start
  }
}

export class NewFile {
  readonly path: string
  readonly #file: TrackedFile
  readonly #lane: Lane
  readonly #buffer = Buffer.allocUnsafeSlow(bufferBytes)
  #filled = 0
  #written = 0
  #lastByte = LF
  #open = true

  private constructor(lane: Lane, file: TrackedFile) {
    this.path = file.path
    this.#lane = lane
    this.#file = file
  }

  /** Throws AppendError, of kind `ResourceBusy` where another repair writes there. */
  static async begin(door: Door, path: string, ownership: Ownership): Promise<NewFile> {
    const lane = new Lane()
    const file = new NewFile(lane, await lane.run(openAlone(door, path)))
    try {
      await lane.run(begin(file.#file, ownership))
    } catch (error) {
      await file.discard()
      throw error
    }
    return file
  }

  /** In bytes. */
  get size(): number {
    return this.#written + this.#filled
  }

  get endsLine(): boolean {
    return this.#lastByte === LF
  }

  /** Copies `length` bytes that `read` puts into the room it is given. */
  async fill(length: number, read: (into: Buffer, done: number) => Promise<void>): Promise<void> {
    for (let done = 0; done < length;) {
      if (this.#filled === bufferBytes) await this.#flush()
      const room = this.#buffer.subarray(this.#filled, this.#filled + length - done)
      await read(room, done)
      done += room.length
      this.#filled += room.length
      this.#lastByte = room.at(-1) ?? this.#lastByte
    }
  }

  write(bytes: Buffer): Promise<void> {
    return this.fill(bytes.length, (into, done) => {
      bytes.copy(into, 0, done)
      return Promise.resolve()
    })
  }

  endLine(): Promise<void> {
    return this.write(Buffer.of(LF))
  }

  /** All of it is on the disk. */
  async finish(): Promise<void> {
    await this.#flush()
    await this.#lane.run(must(this.path, this.#file.door.sync()))
  }

  /** Takes the place of what is at `to`. */
  renameTo(to: string): Promise<void> {
    return this.#lane.run(must(this.path, this.#file.door.rename(to)))
  }

  /** Gets this name, where nothing has it yet, and loses its own. */
  async moveTo(to: string): Promise<void> {
    await this.#lane.run(must(to, this.#file.door.link(to)))
    await this.#lane.run(must(this.path, this.#file.door.unlink()))
  }

  syncDirectory(): Promise<void> {
    return this.#lane.run(must(this.path, this.#file.door.syncDirectories(0)))
  }

  /** Takes the name away that it has while it is written, and closes it. What fails there changes nothing. */
  async discard(): Promise<void> {
    if (!this.#open) return
    await this.#lane.run(
      (function* (door): Policy<void> {
        yield door.unlink()
      })(this.#file.door),
    )
    await this.close()
  }

  /** Its data is synced by then. */
  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.#lane.run(
      (function* (door): Policy<void> {
        yield door.close()
        door.release()
      })(this.#file.door),
    )
  }

  async #flush(): Promise<void> {
    await this.#lane.run(writeAll(this.#file, this.#buffer, this.#filled))
    this.#written += this.#filled
    this.#filled = 0
  }
}
