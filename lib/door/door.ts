// The one door between the policy in TypeScript and the core in C++: what can be asked of a file, and
// what comes back. The native file and the simulated one of the tests both stand behind it, so that
// the same policy runs over both. Nothing here decides anything.

import type * as OS from 'node:os'

/** What one operation gave: a failure is a value here, and an errno travels with its system call (W7). */
export interface Completion {
  /** Positive error number of the platform; 0: no system call failed. */
  readonly errno: number
  /** The system call that failed; empty: none. */
  readonly syscall: string
  /** Bytes from the start of the file, as the operation says. */
  readonly start: number
  readonly end: number
  readonly detail: number
}

/**
 * One operation, not yet begun. A policy makes it and yields it; a lane performs it, on this thread or on
 * the pool.
 */
export interface DoorCall {
  /** Performs it on this thread. */
  performSync(): Completion
  /** Performs it on the pool and calls `done` on this thread. One at a time for a file. */
  perform(done: (completion: Completion) => void): void
  /** After `perform`: finishes it on this thread instead; `done` is not called. */
  finishSync(): Completion
  /** The same if the pool is done with it, so that nothing is waited for; null: it is not, and `done` will be called. */
  finishIfOver(): Completion | null
  /**
   * After `perform` of a write: hands over another one, of bytes[offset, offset + length), which the pool makes
   * right behind it, and only if this one is plainly good: whole, and from `expectedStart` on. Else it is not begun
   * ({@link wasNotBegun}). null: it is too late, or this is no write. What is returned is begun already: `perform`
   * only waits for it, if `finishIfOver` has given null, and `performSync` finishes it; each when this one has
   * ended, and no sooner.
   */
  follow(bytes: Uint8Array, offset: number, length: number, expectedStart: number): DoorCall | null
}

let canceled: number | null = null

/** A write that was to follow another came to this: that one was not plainly good, and nothing was done. */
export const notBegun: Completion = {
  // ECANCELED, when it is first asked for: loading node:os takes longer than loading the addon.
  get errno() {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make a promise of it
    canceled ??= (require('node:os') as typeof OS).constants.errno.ECANCELED
    return canceled
  },
  syscall: '',
  start: 0,
  end: 0,
  detail: 0,
}

export function wasNotBegun({ errno, syscall }: Completion): boolean {
  return errno !== 0 && syscall === notBegun.syscall && errno === notBegun.errno
}

/** Several operations of the door in a row, written once for synchronous and asynchronous callers. */
export type Policy<Result> = Generator<DoorCall, Result, Completion>

export type LockMode = 'none' | 'shared' | 'exclusive'

export interface OpenRequest {
  readonly create: boolean
  readonly followSymlinks: boolean
  readonly makeDirectories: boolean
  /** Fail with EEXIST if it is there. */
  readonly mustBeNew: boolean
  /** Permissions of a new file, before the umask. */
  readonly mode: number
}

/** `detail` of a completed truncation. */
export const Truncation = { done: 0, grown: 1, leaseLost: 2, notCut: 3, notOurs: 4 } as const

/** `detail` of a completed erasure. */
export const Erasure = { done: 0, notOurs: 1, notErased: 2 } as const

/** How many of its first bytes a look at what was written finds again; src/core/append.h has the same. */
export const lookMostBytes = 64

/** One file, open or not yet. Byte arrays given to it stay unchanged by the caller until the call is over. */
export interface FileDoor {
  readonly path: string
  /** Bytes of a write from which on handing it over early (`follow`) gains more than it costs. */
  readonly worthFollowing: number

  /** end: size in bytes; detail: parent directories made, or the type bits of what is no regular file. */
  open(request: OpenRequest): DoorCall
  /** For reading alone: creates nothing, changes nothing. end: size in bytes; detail: as for `open`. */
  openForReading(): DoorCall
  close(): DoorCall
  /** One write(2) in append mode of bytes[offset, offset + length); [start, end) is what landed. */
  write(bytes: Uint8Array, offset: number, length: number): DoorCall
  /** The same, then fdatasync(2) if all of it landed. */
  writeAndSync(bytes: Uint8Array, offset: number, length: number): DoorCall
  /** Fills `into` from `offset` on; [start, end) is what was read. */
  readAt(into: Uint8Array, offset: number): DoorCall
  /** end: size in bytes; detail: permission bits. */
  size(): DoorCall
  sync(): DoorCall
  /** Syncs the directory that holds the file, and `levels` above it. */
  syncDirectories(levels: number): DoorCall
  /** Never waits: EAGAIN where somebody else holds one that forbids it. */
  lock(mode: LockMode): DoorCall
  /** Puts lines "PID COMMAND" into `into`; end: bytes. */
  lockHolders(into: Uint8Array): DoorCall
  /**
   * Write lease, size still `expectedEnd`, `bytes`, where given, still between the two, ftruncate(2) to `newEnd`;
   * detail: see {@link Truncation}.
   */
  truncateUnderLease(expectedEnd: number, newEnd: number, bytes?: Uint8Array): DoorCall
  truncateUnderLock(expectedEnd: number, newEnd: number, bytes?: Uint8Array): DoorCall
  /** Under one lease: cuts `bytes` off the end of the file, where they start at `start`, and writes them again. */
  rewriteUnderLease(bytes: Uint8Array, start: number): DoorCall
  /** Would a write lease be granted now? */
  probeLease(): DoorCall
  /** Sets the permission bits. */
  setMode(mode: number): DoorCall
  /** Blanks our own bytes at `start`, but for a last LF; detail: see {@link Erasure}. */
  erase(bytes: Uint8Array, start: number): DoorCall
  /** detail 1: the path leads to this file; 0: it does not. */
  leadsTo(): DoorCall
  /** Puts "DEVICE:INODE" into `into`, which tells the open file from every other; end: bytes. */
  identify(into: Uint8Array): DoorCall
  /** start: when it came to be, 0: nobody knows; end: when it was last written to; microseconds since 1970. */
  times(): DoorCall
  /** Of a file open for reading: errno 0: nobody has it open for writing; EAGAIN: somebody has. */
  probeWriters(): DoorCall
  /** Puts the names beside the path that begin with its own into `into`, each with a `/` behind it; end: bytes. */
  listSiblings(into: Uint8Array): DoorCall
  /** Takes the place of what has this name. */
  rename(to: string): DoorCall
  /** start: user id; end: group id; detail: how many names the file has. */
  owner(): DoorCall
  /** Gives the file to that user and group; before `setMode`, for it may take permission bits away. */
  setOwner(user: number, group: number): DoorCall
  /** Gives the path a second name; EEXIST where something has it. */
  link(to: string): DoorCall
  /** Takes the path away; the file need not be open. */
  unlink(): DoorCall
  /** Puts the path without symbolic links into `into`; the file need not be open. end: bytes. */
  resolveLinks(into: Uint8Array): DoorCall
  /** Puts the file system's name into `into`; end: bytes. */
  nameFileSystem(into: Uint8Array): DoorCall
  /** Scans the lines that start in [start, end); `area` is a ScanArea's, and holds the result. */
  scan(area: Uint8Array, start: number, end: number): DoorCall

  /**
   * `write` of bytes[0, length) on this thread, and a look at its place where that is not the expected one, without an
   * object made. True: all of it stands up to `lastEnd`, at its place or behind it and somebody's LF (W1), and its
   * first bytes were found again there. False: what `lastCompletion` says is yet to be judged.
   */
  writeSync(bytes: Uint8Array, length: number, expectedStart: number): boolean
  readonly lastEnd: number
  /** All that `writeSync` gave; before anything else is done. */
  lastCompletion(): Completion

  /** Lets go of it: closed now, or when the operation in flight is over. */
  release(): void
}

/** What `errno` is called: by the platform, and by Rust's standard library. */
export interface ErrorName {
  readonly code: string | null
  readonly kind: string
}

export interface Door {
  file(path: string): FileDoor
  /** Milliseconds of a clock that only goes forward. */
  now(): number
  /** Calls `run` after so many milliseconds; `keepAlive` keeps the process alive until then. Gives the cancel. */
  after(delayMs: number, keepAlive: boolean, run: () => void): () => void
  nameError(errno: number): ErrorName
}
