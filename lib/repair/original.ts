// The file that is repaired: open, known by what must not change meanwhile, and held against writers. To change
// it takes the exclusive lock, for as long as the repair lasts, and the proof that nobody else has it open
// (W2); to copy it elsewhere, only that nobody has it open for writing.

import { openFile } from '../append-file/open-policy.js'
import { leasesProve } from '../append-file/file-systems.js'
import { resolveAppendFileOptions } from '../append-file/options.js'
import type { TrackedFile } from '../append-file/tracked-file.js'
import type { Completion, Door, DoorCall, FileDoor, Policy } from '../door/door.js'
import { Lane } from '../door/lane.js'
import type { AppendError } from '../errors/append-error.js'
import { nameError } from '../errors/error-names.js'
import { ownError, systemError } from '../errors/make-error.js'
import { openError } from '../errors/open-error.js'

/** What is known of the file when the repair begins. */
export interface Facts {
  readonly size: number
  readonly mode: number
  readonly modified: number
  readonly identity: string
  readonly user: number
  readonly group: number
  /** How many names it has. */
  readonly names: number
}

const openOptions = resolveAppendFileOptions({ create: false, mkdir: false, lock: 'exclusive' })

/** Yields the call; throws AppendError where it fails. */
export function* must(path: string, call: DoorCall): Policy<Completion> {
  const completion = yield call
  if (completion.errno !== 0) throw systemError(completion, { path, action: 'repair' })
  return completion
}

export function* identityOf(door: FileDoor): Policy<string> {
  const text = Buffer.alloc(64)
  const { end } = yield* must(door.path, door.identify(text))
  return text.toString('latin1', 0, end)
}

/** The path without symbolic links, so that what they lead to is repaired and they stay. */
export function* resolveLinks(door: Door, path: string): Policy<string> {
  const text = Buffer.alloc(4096)
  const file = door.file(path)
  const resolved = yield file.resolveLinks(text)
  file.release()
  if (resolved.errno !== 0) throw systemError(resolved, { path, action: 'open' })
  return text.toString('utf8', 0, resolved.end)
}

function* factsOf(door: FileDoor): Policy<Facts> {
  const size = yield* must(door.path, door.size())
  const times = yield* must(door.path, door.times())
  const owner = yield* must(door.path, door.owner())
  return {
    size: size.end,
    mode: size.detail,
    modified: times.end,
    identity: yield* identityOf(door),
    user: owner.start,
    group: owner.end,
    names: owner.detail,
  }
}

function busyError(path: string, who: string): AppendError {
  return ownError('ERR_IN_USE', 'ResourceBusy', { path, action: 'repair', note: who })
}

function changedError(path: string): AppendError {
  return busyError(path, 'it was changed while it was being repaired')
}

/** Asks the kernel for a lease. True: granted, which proves it; false: nobody can tell. Throws where it is refused. */
function* prove(path: string, call: DoorCall, who: string): Policy<boolean> {
  const { errno } = yield call
  if (nameError(errno).code === 'EAGAIN') throw busyError(path, who)
  return errno === 0
}

function* isLocal(door: FileDoor): Policy<boolean> {
  const name = Buffer.alloc(64)
  const named = yield door.nameFileSystem(name)
  return named.errno === 0 && leasesProve(name.toString('utf8', 0, named.end))
}

function* openForReading(door: Door, path: string): Policy<FileDoor> {
  const file = door.file(path)
  const opened = yield file.openForReading()
  if (opened.errno === 0) return file
  file.release()
  throw openError(path, opened)
}

export class Original {
  readonly path: string
  readonly door: FileDoor
  readonly facts: Facts
  /** null: it is open for reading alone. */
  readonly tracked: TrackedFile | null
  readonly #lane: Lane
  readonly #guarded: boolean

  private constructor(
    lane: Lane,
    door: FileDoor,
    facts: Facts,
    tracked: TrackedFile | null,
    guarded: boolean,
  ) {
    this.path = door.path
    this.door = door
    this.facts = facts
    this.tracked = tracked
    this.#lane = lane
    this.#guarded = guarded
  }

  /** For changing it. Throws AppendError, of kind `ResourceBusy` where anybody else has it open. */
  static async openAlone(door: Door, path: string): Promise<Original> {
    const lane = new Lane()
    const tracked = await lane.run(openFile(door.file(path), openOptions))
    // Among those who lock it keeps everybody out. But it proves nothing of the others, so nothing is cut off under it.
    tracked.lock = 'none'
    return Original.#guard(lane, tracked.door, tracked, true)
  }

  /** For copying it, or for looking only. guarded: nobody may have it open for writing. */
  static async openForReading(door: Door, path: string, guarded: boolean): Promise<Original> {
    const lane = new Lane()
    return Original.#guard(lane, await lane.run(openForReading(door, path)), null, guarded)
  }

  static async #guard(
    lane: Lane,
    door: FileDoor,
    tracked: TrackedFile | null,
    guarded: boolean,
  ): Promise<Original> {
    try {
      const original = new Original(lane, door, await lane.run(factsOf(door)), tracked, guarded)
      await original.checkUnchanged()
      return original
    } catch (error) {
      await lane.run(closeDoor(door))
      throw error
    }
  }

  run<Result>(policy: Policy<Result>): Promise<Result> {
    return this.#lane.run(policy)
  }

  /**
   * It is what it was, at its path, and nobody else is at it; nothing of our own may have it open either. True: that is
   * proven; false: there are no leases here, and only those who take locks are kept out. Throws AppendError of kind
   * `ResourceBusy`.
   */
  checkUnchanged(): Promise<boolean> {
    return this.#lane.run(this.#checkUnchanged())
  }

  *#checkUnchanged(): Policy<boolean> {
    const { door, path, facts } = this
    const proven = this.#guarded && (yield* isLocal(door)) && (yield* this.#prove())
    const led = yield* must(path, door.leadsTo())
    const times = yield* must(path, door.times())
    if (led.detail !== 1 || led.end !== facts.size || times.end !== facts.modified) throw changedError(path)
    return proven
  }

  #prove(): Policy<boolean> {
    const { door, path } = this
    if (this.tracked === null) {
      return prove(path, door.probeWriters(), 'somebody else has it open for writing')
    }
    return prove(
      path,
      door.probeLease(),
      'somebody else has it open; with `output` only who writes is in the way',
    )
  }

  close(): Promise<void> {
    return this.#lane.run(closeDoor(this.door))
  }
}

/** Nothing of ours waits in it, so an error of close(2) says nothing. */
function* closeDoor(door: FileDoor): Policy<void> {
  yield door.close()
  door.release()
}
