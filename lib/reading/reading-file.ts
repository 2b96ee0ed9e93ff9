// A file open for reading, through the door: what readers, check and repair stand on. Opening and reading
// change nothing. An open reader denies others the write lease, so their rollbacks erase instead (3.2).

import { leasesProve } from '../append-file/file-systems.js'
import type { Door, FileDoor, Policy } from '../door/door.js'
import { Lane } from '../door/lane.js'
import { nativeDoor } from '../door/native-door.js'
import type { ScanArea, ScanResult } from '../door/scan-area.js'
import { closedError, systemError } from '../errors/make-error.js'
import { openError } from '../errors/open-error.js'

export interface Whereabouts {
  /** In bytes, now. */
  readonly size: number
  readonly leadsHere: boolean
}

/** In microseconds since 1970. */
export interface FileTimes {
  /** 0: the file system does not say. */
  readonly born: number
  readonly modified: number
}

export class ReadingFile {
  readonly path: string
  readonly #door: FileDoor
  readonly #lane = new Lane()
  #open = true

  private constructor(door: FileDoor) {
    this.path = door.path
    this.#door = door
  }

  /** Throws AppendError: it is not there, it may not be read, it is no regular file. */
  static async open(path: string, door: Door = nativeDoor): Promise<ReadingFile> {
    const file = new ReadingFile(door.file(path))
    await file.#lane.run(file.#openPolicy())
    return file
  }

  /** Fills `into` from `offset` on; gives how many bytes were read. Fewer than asked for: the file ends. */
  readAt(into: Uint8Array, offset: number): Promise<number> {
    return this.#run(function* (door) {
      const read = yield door.readAt(into, offset)
      if (read.errno !== 0) throw systemError(read, { path: door.path, action: 'read' })
      return read.end - read.start
    })
  }

  /** In bytes, now. */
  size(): Promise<number> {
    return this.#run(function* (door) {
      const size = yield door.size()
      if (size.errno !== 0) throw systemError(size, { path: door.path, action: 'read' })
      return size.end
    })
  }

  /** Does the path still lead to this file? */
  leadsHere(): Promise<boolean> {
    return this.#run(function* (door) {
      const led = yield door.leadsTo()
      if (led.errno !== 0) throw systemError(led, { path: door.path, action: 'look up' })
      return led.detail === 1
    })
  }

  /** How long it is, and whether the path still leads to it. */
  whereabouts(): Promise<Whereabouts> {
    return this.#run(function* (door) {
      const led = yield door.leadsTo()
      if (led.errno !== 0) throw systemError(led, { path: door.path, action: 'look up' })
      return { size: led.end, leadsHere: led.detail === 1 }
    })
  }

  /** When it came to be and was last written to. */
  times(): Promise<FileTimes> {
    return this.#run(function* (door) {
      const times = yield door.times()
      if (times.errno !== 0) throw systemError(times, { path: door.path, action: 'read' })
      return { born: times.start, modified: times.end }
    })
  }

  /** Proven: nobody has it open for writing. False also where nobody can tell. */
  hasNoWriters(): Promise<boolean> {
    return this.#run(function* (door) {
      return (yield* isLocal(door)) && (yield door.probeWriters()).errno === 0
    })
  }

  /** Nobody outside of this machine can write to it. False also where nobody can tell. */
  isLocal(): Promise<boolean> {
    return this.#run(isLocal)
  }

  /** "DEVICE:INODE". */
  identity(): Promise<string> {
    return this.#run(function* (door) {
      const text = Buffer.alloc(64)
      const identified = yield door.identify(text)
      if (identified.errno !== 0) throw systemError(identified, { path: door.path, action: 'read' })
      return text.toString('latin1', 0, identified.end)
    })
  }

  /**
   * Scans the lines that start in [start, end) on a thread of the pool. Nobody else uses `area` meanwhile.
   * Throws AppendError where reading fails.
   */
  scan(area: ScanArea, start: number, end: number): Promise<ScanResult> {
    return this.#run(function* (door) {
      const scanned = yield door.scan(area.bytes, start, end)
      if (scanned.errno !== 0) throw systemError(scanned, { path: door.path, action: 'read' })
      return area.result()
    })
  }

  /** Idempotent; waits for what is under way. */
  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.#lane.run(closePolicy(this.#door))
  }

  *#openPolicy(): Policy<void> {
    const opened = yield this.#door.openForReading()
    if (opened.errno === 0) return
    this.#open = false
    this.#door.release()
    throw openError(this.path, opened)
  }

  #run<Result>(policy: (door: FileDoor) => Policy<Result>): Promise<Result> {
    if (!this.#open) return Promise.reject(closedError(this.path))
    return this.#lane.run(policy(this.#door))
  }
}

/** Nothing was written through it, so an error of close(2) says nothing about data. */
function* closePolicy(door: FileDoor): Policy<void> {
  yield door.close()
  door.release()
}

function* isLocal(door: FileDoor): Policy<boolean> {
  const name = Buffer.alloc(64)
  const named = yield door.nameFileSystem(name)
  return named.errno === 0 && leasesProve(name.toString('utf8', 0, named.end))
}
