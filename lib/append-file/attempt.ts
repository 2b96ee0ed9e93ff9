// What is to be appended, the write that carries it, and what came of it.

import type { ByteRange } from '../byte-range.js'
import type { AppendError } from '../errors/append-error.js'
import type { FailureContext } from '../errors/make-error.js'
import type { TrackedFile } from './tracked-file.js'

export const LF = 0x0a

/** bytes[offset, offset + length): whole lines. The bytes stay unchanged until the append is over. */
export interface Lines {
  readonly bytes: Uint8Array
  readonly offset: number
  readonly length: number
  /** All of it or nothing: a write that was cut short leaves none of its records. */
  readonly atomic: boolean
  /** fdatasync(2) before it counts as appended (W5). */
  readonly sync: boolean
}

/**
 * What stands in the file now, counted in bytes of the lines, with `spoilt <= done <= next`. Lines
 * [spoilt, done) stand whole, the first of them at file offset `start + spoilt`. Those before `spoilt` and
 * those in [done, next) did not make it and must not be tried again: something of them is left that may be
 * readable. Those from `next` on are not there and may be tried again, unless `failure` says otherwise.
 */
export interface Appended {
  readonly start: number
  readonly spoilt: number
  readonly done: number
  readonly next: number
  /** Why not all of it stands; null also where the rest may simply go on. */
  readonly failure: AppendError | null
}

/** One write as it goes to the kernel: behind a torn line it starts with an LF (the seal). */
export interface Attempt {
  readonly lines: Lines
  readonly seal: 0 | 1
  /** The attempt before left nothing and did not say why. */
  readonly again: boolean
  readonly bytes: Uint8Array
  readonly offset: number
  readonly length: number
}

export function makeAttempt(file: TrackedFile, lines: Lines, again: boolean): Attempt {
  const { offset, length } = lines
  if (!file.needsSeal) return { lines, seal: 0, again, bytes: lines.bytes, offset, length }
  const bytes = new Uint8Array(length + 1)
  bytes[0] = LF
  bytes.set(lines.bytes.subarray(offset, offset + length), 1)
  return { lines, seal: 1, again, bytes, offset: 0, length: length + 1 }
}

/** A first write, where no torn line stands before it. */
export function unsealed(lines: Lines): Attempt {
  const { bytes, offset, length } = lines
  return { lines, seal: 0, again: false, bytes, offset, length }
}

/** The bytes of the attempt from `from` to `to`, counted from its first. */
export function attemptBytes(attempt: Attempt, from: number, to: number): Uint8Array {
  return attempt.bytes.subarray(attempt.offset + from, attempt.offset + to)
}

/**
 * All that follows what landed is the LF of its last record: whoever puts one there, even the rest of a blanked
 * line, makes a record of it.
 */
export function lacksOnlyLineFeed(attempt: Attempt, landed: number): boolean {
  return landed < attempt.length && attempt.bytes[attempt.offset + landed] === LF
}

export function notAppended(failure: AppendError): Appended {
  return { start: 0, spoilt: 0, done: 0, next: 0, failure }
}

export function contextOf(file: TrackedFile, lines: Lines, range: ByteRange | null): FailureContext {
  return { path: file.path, action: 'append to', requested: lines.length, range }
}
