// The native door, but with calls that fail as planned: a write that is to land in part is a real write of
// that part. Faults go in where the real ones come from.

import { AppendFile } from '../../lib/append-file/append-file.js'
import { openAppenderSync } from '../../lib/append-file/open-appender.js'
import type { AppendFileOptions } from '../../lib/append-file/options.js'
import type { Completion, Door, DoorCall, FileDoor } from '../../lib/door/door.js'
import { openRecorderSync } from '../../lib/recorder/open-recorder.js'
import type { RecorderOptions } from '../../lib/recorder/options.js'
import { Recorder } from '../../lib/recorder/recorder.js'
import { PassingDoor } from './passing-door.js'

/** What becomes of one call; neither: it goes through. */
export interface Fault {
  /** Only so many of its bytes are written, without an error. */
  readonly landed?: number
  /** It fails with this errno, and nothing is done. */
  readonly errno?: number
}

/** The system call that each is said to have failed in. */
const syscalls = {
  write: 'write',
  writeAndSync: 'fdatasync',
  sync: 'fdatasync',
  syncDirectories: 'fsync',
  truncateUnderLease: 'fcntl',
  truncateUnderLock: 'ftruncate',
  rewriteUnderLease: 'fcntl',
  erase: 'open',
  open: 'open',
  close: 'close',
  lock: 'fcntl',
  leadsTo: 'stat',
} as const

type Faulty = keyof typeof syscalls

function isFaulty(name: string): name is Faulty {
  return name in syscalls
}

/** A call that does nothing and ends like this. */
function endedCall(completion: Completion): DoorCall {
  let takenOver = false
  return {
    performSync: () => completion,
    perform: (done) => {
      setImmediate(() => {
        if (!takenOver) done(completion)
      })
    },
    finishSync: () => {
      takenOver = true
      return completion
    },
    finishIfOver: () => {
      takenOver = true
      return completion
    },
    follow: () => null,
  }
}

function failingCall(syscall: string, errno: number): DoorCall {
  return endedCall({ errno, syscall, start: 0, end: 0, detail: 0 })
}

/** A call that is made, and then said to have failed in what follows it. */
function failingAfter(call: DoorCall, syscall: string, errno: number): DoorCall {
  const fail = (completion: Completion): Completion => ({ ...completion, errno, syscall })
  return {
    performSync: () => fail(call.performSync()),
    perform: (done) => {
      call.perform((completion) => {
        done(fail(completion))
      })
    },
    finishSync: () => fail(call.finishSync()),
    finishIfOver: () => {
      const completion = call.finishIfOver()
      return completion === null ? null : fail(completion)
    },
    follow: () => null,
  }
}

/** The same call, followed by what `follow` makes. */
function followedBy(call: DoorCall, follow: DoorCall['follow']): DoorCall {
  return {
    performSync: () => call.performSync(),
    perform: (done) => {
      call.perform(done)
    },
    finishSync: () => call.finishSync(),
    finishIfOver: () => call.finishIfOver(),
    follow,
  }
}

export class FaultyDoor extends PassingDoor {
  /** The fates of the coming calls, first come first served; beyond them all is well. */
  readonly faults: Partial<Record<Faulty, Fault[]>>
  /** How often each was called. */
  readonly calls: Record<Faulty, number> = {
    write: 0,
    writeAndSync: 0,
    sync: 0,
    syncDirectories: 0,
    truncateUnderLease: 0,
    truncateUnderLock: 0,
    rewriteUnderLease: 0,
    erase: 0,
    open: 0,
    close: 0,
    lock: 0,
    leadsTo: 0,
  }
  /** The name that the file system of every file is said to have; null: its own. */
  fileSystem: string | null = null

  #lastErrno = 0

  constructor(faults: Partial<Record<Faulty, Fault[]>> = {}, beneath?: Door) {
    super(beneath)
    this.faults = faults
  }

  protected override called(real: FileDoor, name: keyof FileDoor, args: readonly unknown[]): unknown {
    const instead = this.#instead(real, name)
    if (instead !== null) return Reflect.apply(instead, null, args)
    const { errno } = isFaulty(name) ? this.#next(name) : {}
    if (isFaulty(name) && errno !== undefined) return failingCall(syscalls[name], errno)
    return super.called(real, name, args)
  }

  /** What is called instead of the file's own method; null: that. */
  #instead(real: FileDoor, name: keyof FileDoor): ((...args: never[]) => unknown) | null {
    if (name === 'write' || name === 'writeAndSync') return this.#write(real, name)
    if (name === 'writeSync') return this.#writeSync(real)
    if (name === 'lastCompletion') return (): Completion => this.#lastCompletion(real)
    if (name === 'nameFileSystem' && this.fileSystem !== null) return this.#nameFileSystem(this.fileSystem)
    return null
  }

  #next(operation: Faulty): Fault {
    this.calls[operation]++
    return this.faults[operation]?.shift() ?? {}
  }

  #write(real: FileDoor, name: 'write' | 'writeAndSync'): FileDoor['write'] {
    return (bytes, offset, length) => {
      const { errno, landed } = this.#next('write')
      if (errno !== undefined) return failingCall('write', errno)
      // A short write is not synced.
      if (landed !== undefined) return followedBy(real.write(bytes, offset, landed), () => null)
      const synced = name === 'writeAndSync' ? this.#next(name) : {}
      if (synced.errno === undefined) return this.#followable(real[name](bytes, offset, length))
      return failingAfter(real.write(bytes, offset, length), syscalls.writeAndSync, synced.errno)
    }
  }

  /** A write that is to fail does not follow another: it is made in its turn. */
  #followable(call: DoorCall): DoorCall {
    return followedBy(call, (...args) => {
      if ((this.faults.write?.length ?? 0) > 0) return null
      const next = call.follow(...args)
      if (next === null) return null
      this.calls.write++
      return this.#followable(next)
    })
  }

  #writeSync(real: FileDoor): FileDoor['writeSync'] {
    return (bytes, length, expectedStart) => {
      const { errno, landed } = this.#next('write')
      this.#lastErrno = errno ?? 0
      if (errno !== undefined) return false
      const isPlain = real.writeSync(bytes, landed ?? length, expectedStart)
      return isPlain && landed === undefined
    }
  }

  #nameFileSystem(fileSystem: string): FileDoor['nameFileSystem'] {
    return (into) => {
      const end = Buffer.from(fileSystem).copy(into)
      return endedCall({ errno: 0, syscall: '', start: 0, end, detail: 0 })
    }
  }

  #lastCompletion(real: FileDoor): Completion {
    if (this.#lastErrno === 0) return real.lastCompletion()
    return { errno: this.#lastErrno, syscall: 'write', start: 0, end: 0, detail: 0 }
  }
}

export function openFaultyFile(door: Door, path: string, options: AppendFileOptions = {}): AppendFile {
  return new AppendFile(openAppenderSync(path, options, door))
}

export function openFaultyRecorder(door: Door, path: string, options: RecorderOptions = {}): Recorder {
  return openRecorderSync(Recorder, path, options, door)
}
