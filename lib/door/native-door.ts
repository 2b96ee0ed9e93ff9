// The door with the native core behind it.

import type { Completion, Door, DoorCall, ErrorName, FileDoor, LockMode, OpenRequest } from './door.js'
import { LockNumber, NumberPlace, OpenBit, Operation, nativeBinding } from './native-binding.js'

const { numbers, performSync, writeAndLookSync } = nativeBinding

function result(place: number): number {
  return numbers[place] ?? 0
}

/** What the synchronous operation that comes next is given. */
function give(file: number, first: number, second: number): void {
  numbers[NumberPlace.file] = file
  numbers[NumberPlace.first] = first
  numbers[NumberPlace.second] = second
}

/** By number; 0 is none. Asked for when there is one to name. */
const syscallNames = ['']

function syscallName(number: number): string {
  return (syscallNames[number] ??= nativeBinding.nameSyscall(number))
}

function takeCompletion(): Completion {
  return {
    errno: result(NumberPlace.errno),
    syscall: syscallName(result(NumberPlace.syscall)),
    start: result(NumberPlace.start),
    end: result(NumberPlace.end),
    detail: result(NumberPlace.detail),
  }
}

/** A write that was handed over behind the one in flight. It is begun, or it will not be. */
class NativeFollowing implements DoorCall {
  protected readonly file: number

  constructor(file: number) {
    this.file = file
  }

  performSync(): Completion {
    return this.finishSync()
  }

  perform(done: (completion: Completion) => void): void {
    nativeBinding.callBack(this.file, () => {
      done(takeCompletion())
    })
  }

  finishSync(): Completion {
    nativeBinding.finishSync(this.file)
    return takeCompletion()
  }

  finishIfOver(): Completion | null {
    return nativeBinding.finishIfOver(this.file) ? takeCompletion() : null
  }

  follow(bytes: Uint8Array, offset: number, length: number, expectedStart: number): DoorCall | null {
    const inTime = nativeBinding.follow(this.file, bytes, offset, length, expectedStart)
    return inTime ? new NativeFollowing(this.file) : null
  }
}

class NativeCall extends NativeFollowing {
  readonly #operation: number
  readonly #bytes: Uint8Array | undefined
  readonly #first: number
  readonly #second: number

  constructor(file: number, operation: number, bytes: Uint8Array | undefined, first: number, second: number) {
    super(file)
    this.#operation = operation
    this.#bytes = bytes
    this.#first = first
    this.#second = second
  }

  override performSync(): Completion {
    give(this.file, this.#first, this.#second)
    numbers[NumberPlace.operation] = this.#operation
    performSync(this.#bytes)
    return takeCompletion()
  }

  override perform(done: (completion: Completion) => void): void {
    nativeBinding.perform(this.#operation, this.file, this.#bytes, this.#first, this.#second, () => {
      done(takeCompletion())
    })
  }
}

// A file that is dropped without close() gives its descriptor back when the collector finds it.
const dropped = new FinalizationRegistry<number>((file) => {
  nativeBinding.releaseFile(file)
})

class NativeFile implements FileDoor {
  readonly path: string
  readonly worthFollowing = 64 * 1024
  readonly #file: number

  constructor(path: string) {
    this.path = path
    this.#file = nativeBinding.createFile(path)
    dropped.register(this, this.#file, this)
  }

  open(request: OpenRequest): DoorCall {
    const bits =
      (request.create ? OpenBit.create : 0) |
      (request.followSymlinks ? OpenBit.followSymlinks : 0) |
      (request.makeDirectories ? OpenBit.makeDirectories : 0) |
      (request.mustBeNew ? OpenBit.mustBeNew : 0)
    return this.#call(Operation.open, undefined, bits, request.mode)
  }

  openForReading(): DoorCall {
    return this.#call(Operation.openForReading)
  }

  close(): DoorCall {
    return this.#call(Operation.close)
  }

  write(bytes: Uint8Array, offset: number, length: number): DoorCall {
    return this.#call(Operation.write, bytes, offset, length)
  }

  writeAndSync(bytes: Uint8Array, offset: number, length: number): DoorCall {
    return this.#call(Operation.writeAndSync, bytes, offset, length)
  }

  readAt(into: Uint8Array, offset: number): DoorCall {
    return this.#call(Operation.readAt, into, offset)
  }

  size(): DoorCall {
    return this.#call(Operation.size)
  }

  sync(): DoorCall {
    return this.#call(Operation.sync)
  }

  syncDirectories(levels: number): DoorCall {
    return this.#call(Operation.syncDirectories, undefined, levels)
  }

  lock(mode: LockMode): DoorCall {
    return this.#call(Operation.lock, undefined, LockNumber[mode])
  }

  lockHolders(into: Uint8Array): DoorCall {
    return this.#call(Operation.lockHolders, into)
  }

  truncateUnderLease(expectedEnd: number, newEnd: number, bytes?: Uint8Array): DoorCall {
    return this.#call(Operation.truncateUnderLease, bytes, expectedEnd, newEnd)
  }

  truncateUnderLock(expectedEnd: number, newEnd: number, bytes?: Uint8Array): DoorCall {
    return this.#call(Operation.truncateUnderLock, bytes, expectedEnd, newEnd)
  }

  rewriteUnderLease(bytes: Uint8Array, start: number): DoorCall {
    return this.#call(Operation.rewriteUnderLease, bytes, start)
  }

  probeLease(): DoorCall {
    return this.#call(Operation.probeLease)
  }

  setMode(mode: number): DoorCall {
    return this.#call(Operation.setMode, undefined, mode)
  }

  erase(bytes: Uint8Array, start: number): DoorCall {
    return this.#call(Operation.erase, bytes, start)
  }

  leadsTo(): DoorCall {
    return this.#call(Operation.leadsTo)
  }

  identify(into: Uint8Array): DoorCall {
    return this.#call(Operation.identify, into)
  }

  times(): DoorCall {
    return this.#call(Operation.times)
  }

  probeWriters(): DoorCall {
    return this.#call(Operation.probeWriters)
  }

  listSiblings(into: Uint8Array): DoorCall {
    return this.#call(Operation.listSiblings, into)
  }

  rename(to: string): DoorCall {
    return this.#call(Operation.rename, Buffer.from(to))
  }

  owner(): DoorCall {
    return this.#call(Operation.owner)
  }

  setOwner(user: number, group: number): DoorCall {
    return this.#call(Operation.setOwner, undefined, user, group)
  }

  link(to: string): DoorCall {
    return this.#call(Operation.link, Buffer.from(to))
  }

  unlink(): DoorCall {
    return this.#call(Operation.unlink)
  }

  resolveLinks(into: Uint8Array): DoorCall {
    return this.#call(Operation.resolveLinks, into)
  }

  nameFileSystem(into: Uint8Array): DoorCall {
    return this.#call(Operation.nameFileSystem, into)
  }

  scan(area: Uint8Array, start: number, end: number): DoorCall {
    return this.#call(Operation.scan, area, start, end)
  }

  writeSync(bytes: Uint8Array, length: number, expectedStart: number): boolean {
    give(this.#file, expectedStart, length)
    writeAndLookSync(bytes)
    return result(NumberPlace.detail) === 1
  }

  get lastEnd(): number {
    return result(NumberPlace.end)
  }

  lastCompletion(): Completion {
    return takeCompletion()
  }

  release(): void {
    dropped.unregister(this)
    nativeBinding.releaseFile(this.#file)
  }

  #call(operation: number, bytes?: Uint8Array, first = 0, second = 0): DoorCall {
    return new NativeCall(this.#file, operation, bytes, first, second)
  }
}

/** The most bytes that one write(2) takes (write(2), NOTES). */
export const writeMostBytes: number = nativeBinding.writeMostBytes

export const nativeDoor: Door = {
  file: (path: string): FileDoor => new NativeFile(path),
  now: () => performance.now(),
  after: (delayMs, keepAlive, run) => {
    const timer = setTimeout(run, delayMs)
    if (!keepAlive) timer.unref()
    return () => {
      clearTimeout(timer)
    }
  },
  nameError: (errno: number): ErrorName => nativeBinding.nameError(errno),
}
