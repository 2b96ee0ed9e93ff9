// The cursor on the disk: written beside its place, synced, and renamed there, so that it is the old one or the
// new one whatever happens. One follower at a time: `<cursor>.lock` is locked exclusively meanwhile.

import { appendLines } from '../../append-file/append-policy.js'
import { closeFile, openFile } from '../../append-file/open-policy.js'
import { resolveAppendFileOptions } from '../../append-file/options.js'
import type { TrackedFile } from '../../append-file/tracked-file.js'
import type { Door, Policy } from '../../door/door.js'
import { Lane } from '../../door/lane.js'
import { AppendError } from '../../errors/append-error.js'
import { systemError } from '../../errors/make-error.js'
import { ReadingFile } from '../reading-file.js'
import { cursorError, cursorFromText, cursorToText, type CursorState } from './cursor.js'

const mostBytes = 1024 * 1024

const options = resolveAppendFileOptions({ mkdir: false, lock: 'none', onUnsafeFilesystem: 'ignore' })

/** Where there are no locks, there is none. */
function* openLock(door: Door, path: string): Policy<TrackedFile> {
  const exclusive = { ...options, lock: 'exclusive' as const }
  try {
    return yield* openFile(door.file(path), exclusive)
  } catch (error) {
    if (!(error instanceof AppendError) || error.kind !== 'Unsupported') throw error
    return yield* openFile(door.file(path), options)
  }
}

function* replace(door: Door, path: string, text: string): Policy<void> {
  // A rest of one that was killed in between ends up on a line before ours.
  const file = yield* openFile(door.file(`${path}.tmp`), options)
  let renamed = false
  try {
    const bytes = Buffer.from(text)
    const lines = { bytes, offset: 0, length: bytes.length, atomic: true, sync: true }
    const { failure } = yield* appendLines(file, lines)
    if (failure !== null) throw failure
    const renaming = yield file.door.rename(path)
    if (renaming.errno !== 0) throw systemError(renaming, { path, action: 'write the cursor' })
    renamed = true
    const synced = yield file.door.syncDirectories(0)
    if (synced.errno !== 0) throw systemError(synced, { path, action: 'write the cursor' })
  } finally {
    // The failure is told already; where this fails too, the next one takes what is left.
    if (!renamed) yield file.door.unlink()
    yield* closeFile(file)
  }
}

async function readText(door: Door, path: string): Promise<string | null> {
  let file: ReadingFile
  try {
    file = await ReadingFile.open(path, door)
  } catch (error) {
    if (error instanceof AppendError && error.kind === 'NotFound') return null
    throw error
  }
  try {
    if ((await file.size()) > mostBytes) throw cursorError(path, 'it is too large to be a cursor')
    const bytes = Buffer.alloc(mostBytes)
    return bytes.toString('utf8', 0, await file.readAt(bytes, 0))
  } finally {
    await file.close()
  }
}

export class CursorFile {
  readonly path: string
  readonly #door: Door
  readonly #lane = new Lane()
  readonly #lock: TrackedFile

  private constructor(door: Door, path: string, lock: TrackedFile) {
    this.#door = door
    this.path = path
    this.#lock = lock
  }

  /** Throws AppendError of kind `ResourceBusy` where another follower has it. */
  static async open(door: Door, path: string): Promise<CursorFile> {
    return new CursorFile(door, path, await new Lane().run(openLock(door, `${path}.lock`)))
  }

  /** null: there is none yet. Throws AppendError where it cannot be read or is none. */
  async load(): Promise<CursorState | null> {
    const text = await readText(this.#door, this.path)
    return text === null ? null : cursorFromText(this.path, text)
  }

  save(state: CursorState): Promise<void> {
    return this.#lane.run(replace(this.#door, this.path, cursorToText(state)))
  }

  close(): Promise<void> {
    return this.#lane.run(closeFile(this.#lock))
  }
}
