// The simulated kernel: files made of bytes that each have an owner, opens, leases, locks, a disk that can be
// full or fail, and what of it all would survive a power cut. It watches W2 itself: nobody may change or
// remove a byte of somebody else who lives.

import { constants } from 'node:os'
import type { Random } from './random.js'

export const errnos = constants.errno

export interface Open {
  readonly id: number
  readonly inode: Inode
  readonly actor: number
  position: number
  lock: 'none' | 'shared' | 'exclusive'
  closed: boolean
  /** Failed syncs of the file that this open has reported, and how many there were when it was opened. */
  seenFailures: number
  readonly bornAfter: number
}

export class Inode {
  readonly id: number
  bytes = Buffer.alloc(0)
  /** Who wrote each byte. */
  owners: number[] = []
  /** What the disk has: bytes[0, durable.length) as of the last good sync, and ranges it never got. */
  durable = Buffer.alloc(0)
  /** A sync failed while these bytes were dirty: no later sync brings them to the disk (3.7). */
  lost: { start: number; end: number }[] = []
  /** Failed syncs so far; every open that was there reports each once, as Linux does since 4.13. */
  failures = 0
  readonly opens = new Set<Open>()
  leaseOf: Open | null = null
  /** Somebody's copy: it may have caught a write that was being taken back. */
  isCopy = false

  constructor(id: number) {
    this.id = id
  }
}

/** What the kernel does to a call: nothing, an errno, or only so many bytes of a write. */
export interface Faults {
  /** 0: none. */
  errnoFor(call: string): number
  /** How much of a write of `length` bytes lands; -1: all. */
  shortWrite(length: number): number
  leaseRefused(): boolean
}

export class World {
  readonly random: Random
  readonly files = new Map<string, Inode>()
  readonly violations: string[] = []
  readonly trace: string[] = []
  readonly dead = new Set<number>()
  faults: Faults
  /** Bytes that all files together may have. */
  capacity = Infinity
  steps = 0
  /** Writes that were handed over to follow another. */
  followed = 0
  #ids = 0

  constructor(random: Random, faults: Faults) {
    this.random = random
    this.faults = faults
  }

  note(text: string): void {
    this.trace.push(`${this.steps}: ${text}`)
  }

  violate(text: string): void {
    this.violations.push(text)
    this.note(`VIOLATION ${text}`)
  }

  nextId(): number {
    return ++this.#ids
  }

  used(): number {
    let used = 0
    for (const inode of this.files.values()) used += inode.bytes.length
    return used
  }

  create(path: string): Inode {
    const inode = new Inode(this.nextId())
    this.files.set(path, inode)
    return inode
  }

  open(path: string, actor: number): Open {
    const inode = this.files.get(path) ?? this.create(path)
    const { failures } = inode
    const state = { position: 0, lock: 'none', closed: false } as const
    const open: Open = {
      id: this.nextId(),
      inode,
      actor,
      ...state,
      seenFailures: failures,
      bornAfter: failures,
    }
    inode.opens.add(open)
    // Somebody's lease is broken by this open: its holder sees that before it cuts anything.
    inode.leaseOf = null
    return open
  }

  close(open: Open): void {
    open.closed = true
    if (open.inode.leaseOf === open) open.inode.leaseOf = null
    open.inode.opens.delete(open)
  }

  /** One write(2) in append mode. Gives the errno, or what landed. */
  append(open: Open, bytes: Uint8Array): { errno: number; written: number } {
    const errno = this.faults.errnoFor('write')
    if (errno !== 0) return { errno, written: 0 }
    const room = Math.max(0, this.capacity - this.used())
    if (room === 0) return { errno: errnos.ENOSPC, written: 0 }
    const cut = this.faults.shortWrite(bytes.length)
    const written = Math.min(bytes.length, room, cut < 0 ? bytes.length : cut)
    this.land(open, bytes.subarray(0, written))
    return { errno: 0, written }
  }

  land(open: Open, bytes: Uint8Array): void {
    const { inode } = open
    inode.bytes = Buffer.concat([inode.bytes, bytes])
    inode.owners.push(...Array.from(bytes, () => open.actor))
    open.position = inode.bytes.length
  }

  /** Somebody else rotates the file: its content goes to a copy, and it is empty. */
  copyTruncate(inode: Inode): Inode {
    const copy = this.create(`/copy-${this.nextId()}`)
    copy.isCopy = true
    copy.bytes = Buffer.from(inode.bytes)
    copy.owners = [...inode.owners]
    copy.durable = Buffer.from(inode.bytes)
    inode.bytes = Buffer.alloc(0)
    inode.owners = []
    inode.durable = Buffer.alloc(0)
    inode.lost = []
    return copy
  }

  truncate(inode: Inode, end: number, actor: number): void {
    // A torn tail without an LF, of somebody who has closed the file, is what opening may take away.
    const torn = !inode.bytes.subarray(end).includes(10)
    for (let at = end; at < inode.bytes.length; at++) {
      if (!torn || this.#hasOpen(inode, inode.owners[at])) this.#touch(inode, at, actor, 'cut off')
    }
    inode.bytes = inode.bytes.subarray(0, end)
    inode.owners.length = end
    inode.lost = inode.lost
      .map(({ start, end: stop }) => ({ start, end: Math.min(stop, end) }))
      .filter(({ start, end: stop }) => start < stop)
  }

  overwrite(inode: Inode, start: number, bytes: Uint8Array, actor: number): void {
    const copy = Buffer.from(inode.bytes)
    for (const [i, byte] of bytes.entries()) {
      if (start + i >= copy.length) break
      if (copy[start + i] !== byte) this.#touch(inode, start + i, actor, 'overwritten')
      copy[start + i] = byte
    }
    inode.bytes = copy
  }

  sync(open: Open): number {
    const { inode } = open
    const errno = this.faults.errnoFor('sync')
    if (errno !== 0) {
      const start = commonLength(inode.durable, inode.bytes)
      if (start < inode.bytes.length) inode.lost.push({ start, end: inode.bytes.length })
      inode.failures++
    }
    if (open.seenFailures < inode.failures) {
      open.seenFailures = inode.failures
      return errno === 0 ? errnos.EIO : errno
    }
    const disk = Buffer.from(inode.bytes)
    // On an open that has seen the failure, lost pages stay lost, and what is appended behind them is lost
    // with them. An open made since cannot know of it; there the next write brings the whole page along.
    const stale = open.bornAfter < inode.failures
    if (!stale) inode.lost = []
    for (const { start, end } of inode.lost) {
      revert(disk, inode.durable, start, Math.min(disk.length, end + 4096))
    }
    inode.durable = disk
    return 0
  }

  /** Everybody is dead, and of what was not synced any part may be there. */
  powerCut(): void {
    for (const inode of this.files.values()) {
      const kept = Buffer.from(inode.durable)
      const unsynced = Math.max(0, inode.bytes.length - kept.length)
      const more = this.random.once(2) ? 0 : this.random.between(0, unsynced)
      const tail = Buffer.from(inode.bytes.subarray(kept.length, kept.length + more))
      if (this.random.once(2)) tail.fill(0, this.random.between(0, tail.length))
      inode.bytes = Buffer.concat([kept, tail])
      inode.owners.length = Math.min(inode.owners.length, inode.bytes.length)
      inode.durable = Buffer.from(inode.bytes)
      inode.lost = []
      inode.opens.clear()
      inode.leaseOf = null
    }
  }

  #hasOpen(inode: Inode, actor: number | undefined): boolean {
    for (const open of inode.opens) if (open.actor === actor) return true
    return false
  }

  #touch(inode: Inode, at: number, actor: number, what: string): void {
    const owner = inode.owners[at] ?? 0
    if (owner === actor || this.dead.has(owner)) return
    this.violate(`W2: byte ${at} of actor ${owner} ${what} by actor ${actor}`)
  }
}

/** What never reached the disk is there as it was before: old bytes, or none. */
function revert(disk: Buffer, before: Buffer, start: number, end: number): void {
  for (let at = start; at < end; at++) disk[at] = before[at] ?? 0
}

function commonLength(a: Buffer, b: Buffer): number {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  return at
}
