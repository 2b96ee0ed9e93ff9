// followRecords: the records of a file that grows, as they come.

import { resolvePath } from '../../append-file/options.js'
import type { Door } from '../../door/door.js'
import { nativeDoor } from '../../door/native-door.js'
import { Follower, type RecordText } from './follower.js'
import { resolveFollowOptions, type FollowOptions } from './options.js'

/** A record that was followed. `file` and its range identify it, wherever it is delivered again. */
export interface FollowedRecord {
  readonly value: unknown
  /** In bytes from the start of the file. */
  readonly start: number
  readonly end: number
  /** "DEVICE:INODE" of the file that it stands in. */
  readonly file: string
}

/**
 * Its own class, for a generator alone could not be ended while somebody waits for its next record. Nothing is
 * opened before the first record is asked for.
 */
class FollowedRecords<Result> implements AsyncIterableIterator<Result, undefined, undefined> {
  readonly #follower: Follower
  readonly #records: AsyncGenerator<RecordText, undefined, undefined>
  readonly #convert: (record: RecordText) => Result

  constructor(follower: Follower, convert: (record: RecordText) => Result) {
    this.#follower = follower
    this.#records = follower.records()
    this.#convert = convert
  }

  async next(): Promise<IteratorResult<Result, undefined>> {
    const { done, value } = await this.#records.next()
    return done === true ? { done, value } : { done: false, value: this.#convert(value) }
  }

  async return(): Promise<IteratorResult<Result, undefined>> {
    this.#follower.stop()
    await this.#records.return(undefined)
    return { done: true, value: undefined }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/** @internal With the text of each record, through any door. */
export function followThrough(
  door: Door,
  path: unknown,
  options: FollowOptions = {},
): AsyncIterableIterator<RecordText, undefined, undefined> {
  const follower = new Follower(door, resolvePath(path), resolveFollowOptions(options))
  return new FollowedRecords(follower, (record) => record)
}

/**
 * Delivers the records of a file, those that are there and those that come, until the signal aborts: like
 * `tail -F`, for whole records. It waits for a file that is not there yet, and goes on in the file that takes its
 * place. Each record is delivered once; after a restart from a cursor perhaps again, with the same range.
 */
export function followRecords(
  path: string | URL,
  options: FollowOptions = {},
): AsyncIterable<FollowedRecord> & AsyncIterator<FollowedRecord, undefined> {
  const follower = new Follower(nativeDoor, resolvePath(path), resolveFollowOptions(options))
  return new FollowedRecords(follower, ({ value, start, end, file }) => ({ value, start, end, file }))
}
