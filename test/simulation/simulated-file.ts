// One file behind the simulated door: each operation is made a call of, as the native file does. What it does is in
// core/, a subject a file; readers and repair are not simulated.

import {
  lookMostBytes,
  type Completion,
  type DoorCall,
  type FileDoor,
  type LockMode,
  type OpenRequest,
} from '../../lib/door/door.js'
import { sync } from './core/append.js'
import { instant, type CoreFile } from './core/core-file.js'
import { erase } from './core/erase.js'
import { probeLease, takeLock } from './core/lock.js'
import { close, open, release } from './core/open.js'
import { readAt } from './core/read.js'
import { identify, leadsTo, nameFileSystem, size } from './core/status.js'
import { nothing, type Steps } from './core/steps.js'
import { cutIfUnchanged, rewriteUnderLease, truncateUnderLease } from './core/truncate.js'
import { SimulatedCall } from './simulated-call.js'
import { simulateScan } from './simulated-scan.js'
import { writeCall } from './simulated-write.js'

function notSimulated(): never {
  throw new Error('readers and repair are not simulated')
}

export class SimulatedFile implements FileDoor {
  readonly worthFollowing = 1
  readonly openForReading = notSimulated
  readonly times = notSimulated
  readonly probeWriters = notSimulated
  readonly listSiblings = notSimulated
  readonly rename = notSimulated
  readonly owner = notSimulated
  readonly setOwner = notSimulated
  readonly link = notSimulated
  readonly unlink = notSimulated
  readonly resolveLinks = notSimulated
  lastEnd = 0
  readonly #file: CoreFile
  readonly #between: () => void
  #last = nothing

  constructor(file: CoreFile, between: () => void) {
    this.#file = file
    this.#between = between
  }

  get path(): string {
    return this.#file.path
  }

  open(request: OpenRequest): DoorCall {
    return this.#call(open(this.#file, request))
  }

  close(): DoorCall {
    return this.#call(close(this.#file))
  }

  write(bytes: Uint8Array, offset: number, length: number): DoorCall {
    return writeCall(this.#file, this.#between, bytes.subarray(offset, offset + length), false)
  }

  writeAndSync(bytes: Uint8Array, offset: number, length: number): DoorCall {
    return writeCall(this.#file, this.#between, bytes.subarray(offset, offset + length), true)
  }

  readAt(into: Uint8Array, offset: number): DoorCall {
    return this.#call(readAt(this.#file, into, offset))
  }

  size(): DoorCall {
    return this.#call(size(this.#file))
  }

  sync(): DoorCall {
    return this.#call(sync(this.#file, nothing))
  }

  syncDirectories(): DoorCall {
    return this.#call(instant(this.#file, 'fsync', () => nothing))
  }

  lock(mode: LockMode): DoorCall {
    return this.#call(instant(this.#file, 'fcntl', (inode, opened) => takeLock(inode, opened, mode)))
  }

  lockHolders(): DoorCall {
    return this.#call(instant(this.#file, 'none', () => nothing))
  }

  truncateUnderLease(expectedEnd: number, newEnd: number, bytes?: Uint8Array): DoorCall {
    return this.#call(truncateUnderLease(this.#file, expectedEnd, newEnd, bytes))
  }

  truncateUnderLock(expectedEnd: number, newEnd: number, bytes?: Uint8Array): DoorCall {
    return this.#call(cutIfUnchanged(this.#file, expectedEnd, newEnd, bytes))
  }

  rewriteUnderLease(bytes: Uint8Array, start: number): DoorCall {
    return this.#call(rewriteUnderLease(this.#file, bytes, start))
  }

  probeLease(): DoorCall {
    return this.#call(probeLease(this.#file))
  }

  setMode(): DoorCall {
    return this.#call(instant(this.#file, 'none', () => nothing))
  }

  erase(bytes: Uint8Array, start: number): DoorCall {
    return this.#call(erase(this.#file, bytes, start))
  }

  leadsTo(): DoorCall {
    return this.#call(leadsTo(this.#file))
  }

  identify(into: Uint8Array): DoorCall {
    return this.#call(identify(this.#file, into))
  }

  nameFileSystem(into: Uint8Array): DoorCall {
    return this.#call(nameFileSystem(this.#file, into))
  }

  scan(area: Uint8Array, start: number, end: number): DoorCall {
    return this.#call(
      instant(this.#file, 'pread', ({ bytes }) => {
        simulateScan(bytes, area, start, end)
        return nothing
      }),
    )
  }

  writeSync(bytes: Uint8Array, length: number, expectedStart: number): boolean {
    const completion = this.write(bytes, 0, length).performSync()
    this.#last = completion
    this.lastEnd = completion.end
    const { errno, start, end } = completion
    if (errno !== 0 || end - start !== length || start < expectedStart) return false
    return start === expectedStart || this.#standsBehindLineFeed(bytes.subarray(0, length), start)
  }

  #standsBehindLineFeed(bytes: Uint8Array, start: number): boolean {
    const wanted = Buffer.concat([Buffer.from('\n'), bytes.subarray(0, lookMostBytes)])
    const there = Buffer.alloc(wanted.length)
    const { errno, end } = this.readAt(there, start - 1).performSync()
    return errno === 0 && end === start - 1 + wanted.length && there.equals(wanted)
  }

  lastCompletion(): Completion {
    return this.#last
  }

  release(): void {
    release(this.#file)
  }

  #call(steps: Steps): DoorCall {
    return new SimulatedCall(this.#file.process, steps, this.#between, null)
  }
}
