// The door with the simulated kernel behind it. Every operation of the core is the same sequence of small
// steps as in C++, and between two of them anybody else may act.

import {
  notBegun,
  type Completion,
  type Door,
  type DoorCall,
  type FileDoor,
  type LockMode,
  type OpenRequest,
} from '../../lib/door/door.js'
import { nativeDoor } from '../../lib/door/native-door.js'
import type { Random } from './random.js'
import { simulateScan } from './simulated-scan.js'
import { errnos, type Inode, type Open, type World } from './world.js'

type Steps = Generator<void, Completion, void>

/** As src/core/append.h has it. */
const lookMostBytes = 64

const nothing: Completion = { errno: 0, syscall: '', start: 0, end: 0, detail: 0 }

function failed(syscall: string, errno: number): Completion {
  return { ...nothing, syscall, errno }
}

function done(start: number, end: number, detail = 0): Completion {
  return { ...nothing, start, end, detail }
}

/** What may be switched off on purpose, to see that the simulation notices. */
export interface BrokenCore {
  readonly truncateWithoutProof?: boolean
  readonly eraseWithoutComparing?: boolean
  readonly eraseLastLineFeed?: boolean
  readonly syncLies?: boolean
  readonly followBehindAnything?: boolean
}

/** Somebody's operations; a kill drops them all. */
export class Process {
  readonly actor: number
  readonly pending: SimulatedCall[] = []
  readonly timers: { at: number; run: () => void }[] = []
  readonly opens: Open[] = []
  alive = true

  constructor(actor: number) {
    this.actor = actor
  }
}

/** What makes a call a write. */
interface Write {
  readonly length: number
  /** Lets a part of it land. */
  readonly landPart: (random: Random) => void
  /** The write of these bytes, which is to follow `before`; null: it is too late for that, or nothing may follow. */
  readonly follower: (bytes: Uint8Array, before: Before) => SimulatedCall | null
}

/** The write that has to be plainly good before the one that follows it is begun. */
interface Before {
  readonly call: SimulatedCall
  readonly isPlainlyGood: (completion: Completion) => boolean
}

export class SimulatedCall implements DoorCall {
  readonly #steps: Steps
  readonly #process: Process
  readonly #between: () => void
  readonly #write: Write | null
  readonly #before: Before | null
  /** Of a write: it is over. */
  #written = false
  #begun = false
  #done: ((completion: Completion) => void) | null = null
  /** It is over, and nobody was told yet. */
  #outcome: Completion | null = null

  constructor(
    process: Process,
    steps: Steps,
    between: () => void,
    write: Write | null,
    before: Before | null = null,
  ) {
    this.#process = process
    this.#steps = steps
    this.#between = between
    this.#write = write
    this.#before = before
    // It is begun by being handed over.
    if (before !== null) process.pending.push(this)
  }

  performSync(): Completion {
    if (this.#before !== null) return this.finishSync()
    return this.#runHere()
  }

  perform(finished: (completion: Completion) => void): void {
    this.#done = finished
    if (this.#before === null) this.#process.pending.push(this)
  }

  finishSync(): Completion {
    if (this.#before?.call.outcome === null) throw new Error('the write before it is not over')
    this.#leave()
    return this.#outcome ?? this.#runHere()
  }

  get outcome(): Completion | null {
    return this.#outcome
  }

  follow(bytes: Uint8Array, offset: number, length: number, expectedStart: number): DoorCall | null {
    if (this.#write === null) return null
    const whole = this.#write.length
    const isPlainlyGood = ({ errno, start, end }: Completion): boolean =>
      errno === 0 && start === expectedStart && end - start === whole
    return this.#write.follower(bytes.subarray(offset, offset + length), { call: this, isPlainlyGood })
  }

  #runHere(): Completion {
    for (;;) {
      const outcome = this.#step()
      if (outcome !== null) return outcome
      this.#between()
    }
  }

  /** Is it known that it must not be begun? */
  #mustNotBegin(): boolean {
    if (this.#before === null || this.#begun) return false
    const { outcome } = this.#before.call
    return outcome === null || !this.#before.isPlainlyGood(outcome)
  }

  /** What it came to, if that was the last step. */
  #step(): Completion | null {
    if (this.#mustNotBegin()) {
      this.#outcome = notBegun
      return notBegun
    }
    // Its first step only takes it off the queue; the write is the second.
    if (this.#begun) this.#written = true
    this.#begun = true
    const step = this.#steps.next()
    if (step.done === true) this.#outcome = step.value
    return this.#outcome
  }

  finishIfOver(): Completion | null {
    if (this.#outcome !== null) this.#leave()
    return this.#outcome
  }

  #leave(): void {
    this.#process.pending.splice(this.#process.pending.indexOf(this), 1)
  }

  /** The process is killed: of a write that was to come next a part may still land. */
  dieMidway(random: Random): void {
    if (this.#write !== null && !this.#written && !this.#mustNotBegin() && random.once(2)) {
      this.#write.landPart(random)
    }
  }

  /** One step on the pool; the last is that the process is told. */
  advance(): void {
    if (this.#outcome === null) {
      if (this.#before?.call.outcome !== null) this.#step()
    } else if (this.#done !== null) {
      this.#leave()
      this.#done(this.#outcome)
    }
  }
}

export class SimulatedDoor implements Door {
  readonly #world: World
  readonly #process: Process
  readonly #broken: BrokenCore
  readonly #between: () => void

  constructor(world: World, process: Process, broken: BrokenCore, between: () => void) {
    this.#world = world
    this.#process = process
    this.#broken = broken
    this.#between = between
  }

  file(path: string): FileDoor {
    return new SimulatedFile(path, this.#world, this.#process, this.#broken, this.#between)
  }

  now(): number {
    return this.#world.steps
  }

  after(delayMs: number, _keepAlive: boolean, run: () => void): () => void {
    const timer = { at: this.#world.steps + delayMs, run }
    this.#process.timers.push(timer)
    return () => {
      const at = this.#process.timers.indexOf(timer)
      if (at >= 0) this.#process.timers.splice(at, 1)
    }
  }

  nameError(errno: number): { code: string | null; kind: string } {
    return nativeDoor.nameError(errno)
  }
}

class SimulatedFile implements FileDoor {
  readonly path: string
  readonly worthFollowing = 1
  readonly #world: World
  readonly #process: Process
  readonly #broken: BrokenCore
  readonly #between: () => void
  #open: Open | null = null
  #last = nothing
  lastEnd = 0

  constructor(path: string, world: World, process: Process, broken: BrokenCore, between: () => void) {
    this.path = path
    this.#world = world
    this.#process = process
    this.#broken = broken
    this.#between = between
  }

  open(request: OpenRequest): DoorCall {
    return this.#call(this.#openSteps(request))
  }

  close(): DoorCall {
    return this.#call(this.#closeSteps())
  }

  write(bytes: Uint8Array, offset: number, length: number): DoorCall {
    return this.#writeCall(bytes.subarray(offset, offset + length), false)
  }

  writeAndSync(bytes: Uint8Array, offset: number, length: number): DoorCall {
    return this.#writeCall(bytes.subarray(offset, offset + length), true)
  }

  readAt(into: Uint8Array, offset: number): DoorCall {
    return this.#call(this.#readSteps(into, offset))
  }

  size(): DoorCall {
    return this.#call(this.#instant('stat', ({ bytes }) => done(0, bytes.length, 0o600)))
  }

  sync(): DoorCall {
    return this.#call(this.#syncSteps(nothing))
  }

  syncDirectories(): DoorCall {
    return this.#call(this.#instant('fsync', () => nothing))
  }

  lock(mode: LockMode): DoorCall {
    return this.#call(this.#instant('fcntl', (inode, open) => this.#takeLock(inode, open, mode)))
  }

  lockHolders(): DoorCall {
    return this.#call(this.#instant('none', () => nothing))
  }

  truncateUnderLease(expectedEnd: number, newEnd: number, bytes?: Uint8Array): DoorCall {
    return this.#call(this.#truncateSteps(expectedEnd, newEnd, bytes))
  }

  truncateUnderLock(expectedEnd: number, newEnd: number, bytes?: Uint8Array): DoorCall {
    return this.#call(this.#cutIfUnchanged(this.#opened(), expectedEnd, newEnd, bytes))
  }

  rewriteUnderLease(bytes: Uint8Array, start: number): DoorCall {
    return this.#call(this.#rewriteSteps(bytes, start))
  }

  probeLease(): DoorCall {
    return this.#call(this.#probeSteps())
  }

  setMode(): DoorCall {
    return this.#call(this.#instant('none', () => nothing))
  }

  erase(bytes: Uint8Array, start: number): DoorCall {
    return this.#call(this.#eraseSteps(bytes, start))
  }

  leadsTo(): DoorCall {
    return this.#call(
      this.#instant('stat', (inode) =>
        done(0, inode.bytes.length, this.#world.files.get(this.path) === inode ? 1 : 0),
      ),
    )
  }

  openForReading(): DoorCall {
    throw new Error('readers are not simulated')
  }

  identify(into: Uint8Array): DoorCall {
    return this.#call(this.#instant('stat', (inode) => done(0, Buffer.from(`1:${inode.id}`).copy(into))))
  }

  scan(area: Uint8Array, start: number, end: number): DoorCall {
    return this.#call(
      this.#instant('pread', ({ bytes }) => {
        simulateScan(bytes, area, start, end)
        return nothing
      }),
    )
  }

  times(): DoorCall {
    throw new Error('readers are not simulated')
  }

  probeWriters(): DoorCall {
    throw new Error('readers are not simulated')
  }

  listSiblings(): DoorCall {
    throw new Error('readers are not simulated')
  }

  rename(): DoorCall {
    throw new Error('readers are not simulated')
  }

  owner(): DoorCall {
    throw new Error('repair is not simulated')
  }

  setOwner(): DoorCall {
    throw new Error('repair is not simulated')
  }

  link(): DoorCall {
    throw new Error('repair is not simulated')
  }

  unlink(): DoorCall {
    throw new Error('repair is not simulated')
  }

  resolveLinks(): DoorCall {
    throw new Error('repair is not simulated')
  }

  nameFileSystem(into: Uint8Array): DoorCall {
    return this.#call(this.#instant('none', () => done(0, Buffer.from('ext4').copy(into))))
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
    if (this.#open !== null && !this.#open.closed) this.#world.close(this.#open)
  }

  #call(steps: Steps): DoorCall {
    return new SimulatedCall(this.#process, steps, this.#between, null)
  }

  #writeCall(bytes: Uint8Array, sync: boolean, before: Before | null = null): SimulatedCall {
    const write = {
      length: bytes.length,
      landPart: (random: Random): void => {
        this.#world.land(this.#opened(), bytes.subarray(0, random.below(bytes.length)))
      },
      follower: (next: Uint8Array, behind: Before): SimulatedCall | null =>
        sync ? null : this.#follower(next, behind),
    }
    return new SimulatedCall(this.#process, this.#writeSteps(bytes, sync), this.#between, write, before)
  }

  #follower(bytes: Uint8Array, before: Before): SimulatedCall | null {
    // The pool thread is about to leave, or has been kept long enough.
    if (this.#world.random.once(before.call.outcome === null ? 8 : 2)) return null
    this.#world.followed++
    const isPlainlyGood =
      this.#broken.followBehindAnything === true ? (): boolean => true : before.isPlainlyGood
    return this.#writeCall(bytes, false, { ...before, isPlainlyGood })
  }

  #opened(): Open {
    if (this.#open === null) throw new Error('not open')
    return this.#open
  }

  /** An operation that is one system call. */
  *#instant(call: string, run: (inode: Inode, open: Open) => Completion): Steps {
    yield
    const errno = call === 'none' ? 0 : this.#world.faults.errnoFor(call)
    if (errno !== 0) return failed(call, errno)
    const open = this.#opened()
    return run(open.inode, open)
  }

  *#openSteps(request: OpenRequest): Steps {
    yield
    const errno = this.#world.faults.errnoFor('open')
    if (errno !== 0) return failed('open', errno)
    const there = this.#world.files.get(this.path)
    if (there !== undefined && request.mustBeNew) return failed('open', errnos.EEXIST)
    this.#open = this.#world.open(this.path, this.#process.actor)
    this.#process.opens.push(this.#open)
    return done(0, this.#open.inode.bytes.length)
  }

  *#closeSteps(): Steps {
    yield
    this.#world.close(this.#opened())
    const errno = this.#world.faults.errnoFor('close')
    return errno === 0 ? nothing : failed('close', errno)
  }

  *#writeSteps(bytes: Uint8Array, sync: boolean): Steps {
    yield
    const open = this.#opened()
    const { errno, written } = this.#world.append(open, bytes)
    if (errno !== 0) return failed('write', errno)
    const end = open.position
    const landed = done(end - written, end)
    this.#world.note(`actor ${this.#process.actor} wrote [${landed.start}, ${end}) of ${bytes.length}`)
    if (!sync || written < bytes.length) return landed
    return yield* this.#syncSteps(landed)
  }

  *#syncSteps(landed: Completion): Steps {
    yield
    if (this.#broken.syncLies === true) return landed
    const errno = this.#world.sync(this.#opened())
    this.#world.note(`actor ${this.#process.actor} synced ${this.path}: ${errno}`)
    return errno === 0 ? landed : { ...landed, errno, syscall: 'fdatasync' }
  }

  *#readSteps(into: Uint8Array, offset: number): Steps {
    yield
    const errno = this.#world.faults.errnoFor('pread')
    if (errno !== 0) return failed('pread', errno)
    const part = this.#opened().inode.bytes.subarray(offset, offset + into.length)
    into.set(part)
    return done(offset, offset + part.length)
  }

  #takeLock(inode: Inode, open: Open, mode: LockMode): Completion {
    for (const other of inode.opens) {
      if (other === open || other.lock === 'none') continue
      if (mode === 'exclusive' || (mode === 'shared' && other.lock === 'exclusive')) {
        return failed('fcntl', errnos.EAGAIN)
      }
    }
    open.lock = mode
    return nothing
  }

  /** The kernel's rule: nobody else has it open. */
  #takeLease(open: Open): boolean {
    if (this.#broken.truncateWithoutProof === true) return true
    if (this.#world.faults.leaseRefused() || open.inode.opens.size > 1) return false
    open.inode.leaseOf = open
    return true
  }

  #hasLease(open: Open): boolean {
    return this.#broken.truncateWithoutProof === true || open.inode.leaseOf === open
  }

  #dropLease(open: Open): void {
    if (open.inode.leaseOf === open) open.inode.leaseOf = null
  }

  *#probeSteps(): Steps {
    yield
    const open = this.#opened()
    if (!this.#takeLease(open)) return failed('fcntl', errnos.EAGAIN)
    this.#dropLease(open)
    return nothing
  }

  *#truncateSteps(expectedEnd: number, newEnd: number, bytes?: Uint8Array): Steps {
    yield
    const open = this.#opened()
    if (!this.#takeLease(open)) return failed('fcntl', errnos.EAGAIN)
    yield
    if (!this.#hasLease(open)) return done(0, 0, 2)
    const completion = yield* this.#cutIfUnchanged(open, expectedEnd, newEnd, bytes)
    this.#dropLease(open)
    return completion
  }

  *#cutIfUnchanged(open: Open, expectedEnd: number, newEnd: number, bytes?: Uint8Array): Steps {
    if (open.inode.bytes.length !== expectedEnd) return done(0, 0, 1)
    const there = open.inode.bytes.subarray(newEnd, expectedEnd)
    if (bytes !== undefined && Buffer.compare(there, bytes) !== 0) return done(0, 0, 4)
    // Between the look and the cut anybody may write who has the file open; with the lease nobody has.
    if (!this.#held(open)) yield
    const errno = this.#world.faults.errnoFor('ftruncate')
    if (errno !== 0) return failed('ftruncate', errno)
    this.#world.truncate(open.inode, newEnd, this.#process.actor)
    this.#world.note(`actor ${this.#process.actor} cut to ${newEnd}`)
    return done(newEnd, newEnd)
  }

  /** Opens wait while the lease is held: nobody comes in between. */
  #held(open: Open): boolean {
    return open.inode.leaseOf === open
  }

  *#rewriteSteps(bytes: Uint8Array, start: number): Steps {
    yield
    const open = this.#opened()
    if (!this.#takeLease(open)) return failed('fcntl', errnos.EAGAIN)
    const cut = yield* this.#cutIfUnchanged(open, start + bytes.length, start, bytes)
    if (cut.errno !== 0 || cut.detail !== 0) {
      this.#dropLease(open)
      return cut
    }
    const { errno, written } = this.#world.append(open, bytes)
    this.#dropLease(open)
    return errno !== 0 ? failed('write', errno) : done(start, start + written)
  }

  *#eraseSteps(bytes: Uint8Array, start: number): Steps {
    yield
    const { inode } = this.#opened()
    const blank = Buffer.alloc(bytes.length, 0x20)
    const keepsLast = bytes.at(-1) === 0x0a && this.#broken.eraseLastLineFeed !== true
    if (keepsLast) blank[blank.length - 1] = 0x0a
    const there = inode.bytes.subarray(start, start + bytes.length)
    const ours =
      there.length === bytes.length && bytes.every((byte, i) => there[i] === byte || there[i] === blank[i])
    if (!ours && this.#broken.eraseWithoutComparing !== true) return done(0, 0, 1)
    // Only a third program that empties the file at this very moment could come between (docs: limits).
    for (let at = 1; at <= bytes.length; at++) {
      if ((at < bytes.length && bytes[at] !== 0x0a) || bytes[at - 1] === 0x0a) continue
      const errno = this.#world.faults.errnoFor('pwrite')
      if (errno !== 0) return failed('write', errno)
      this.#world.overwrite(inode, start + at - 1, Buffer.from(' '), this.#process.actor)
    }
    const errno = this.#world.faults.errnoFor('pwrite')
    if (errno !== 0) return failed('write', errno)
    const cut = this.#world.faults.shortWrite(bytes.length)
    this.#world.overwrite(inode, start, cut < 0 ? blank : blank.subarray(0, cut), this.#process.actor)
    this.#world.note(`actor ${this.#process.actor} erased [${start}, ${start + bytes.length})`)
    yield
    const after = inode.bytes.subarray(start, start + bytes.length)
    return done(0, 0, after.equals(blank) ? 0 : 2)
  }
}
