// The working part of an append file. The synchronous append that simply succeeds is written out here, without a
// policy and without an object but its range; everything else is a policy that the file's lane runs. The class
// `AppendFile` is its face, and says what each method does.

import type { ByteRange } from '../byte-range.js'
import type { Policy } from '../door/door.js'
import { performSync, type Lane } from '../door/lane.js'
import { writeMostBytes } from '../door/native-door.js'
import { nameError } from '../errors/error-names.js'
import { closedError, ownError } from '../errors/make-error.js'
import { isUint8Array } from '../is-bytes.js'
import type { WriteOutcome } from './append-file.js'
import { appendLines } from './append-policy.js'
import type { Appended, Lines } from './attempt.js'
import { LastWrite } from './last-write.js'
import { closeFile } from './open-policy.js'
import { poisonedError } from './poison.js'
import type { Rollback } from './rollback.js'
import { appendShort } from './short-path.js'
import { syncData } from './sync-policy.js'
import type { TrackedFile } from './tracked-file.js'

export class Appender {
  readonly #file: TrackedFile
  readonly #lane: Lane
  #lastWrite = new LastWrite()
  #closing: Promise<void> | null = null

  constructor(file: TrackedFile, lane: Lane) {
    this.#file = file
    this.#lane = lane
  }

  get path(): string {
    return this.#file.path
  }

  get size(): number {
    return this.#file.end
  }

  get fileSystem(): string {
    return this.#file.fileSystem
  }

  writeOnceSync(bytes: Uint8Array): WriteOutcome {
    this.#checkOpen()
    this.#checkBytes(bytes)
    return this.#lane.runSync(this.#writeOnce(bytes))
  }

  async writeOnce(bytes: Uint8Array): Promise<WriteOutcome> {
    this.#checkOpen()
    this.#checkBytes(bytes)
    return this.#lane.run(this.#writeOnce(Uint8Array.from(bytes)))
  }

  appendSync(bytes: Uint8Array | string): ByteRange {
    const data = this.#encode(bytes)
    const { length } = data
    const file = this.#file
    if (!file.calm || !this.#lane.idle) {
      this.#checkOpen()
      return this.#settle(this.#lane.runSync(appendLines(file, this.#lines(data))), length)
    }
    const first = appendShort(file, data, length)
    if (first === null) {
      const { end } = file
      return { start: end - length, end }
    }
    return this.#settle(performSync(appendLines(file, this.#lines(data), first)), length)
  }

  async append(bytes: Uint8Array | string): Promise<ByteRange> {
    const data = this.#encode(bytes)
    this.#checkOpen()
    const owned = data === bytes ? Uint8Array.from(data) : data
    return this.#settle(await this.#lane.run(appendLines(this.#file, this.#lines(owned))), owned.length)
  }

  rollbackSync(range: ByteRange): Rollback {
    this.#checkOpen()
    return this.#lane.runSync(this.#lastWrite.rollBack(this.#file, range))
  }

  async sync(): Promise<void> {
    this.#checkOpen()
    throwIfFailed(await this.#lane.run(syncData(this.#file, 'sync', null)))
  }

  syncSync(): void {
    this.#checkOpen()
    throwIfFailed(this.#lane.runSync(syncData(this.#file, 'sync', null)))
  }

  close(): Promise<void> {
    this.#closing ??= this.#lane.run(closeFile(this.#file))
    return this.#closing
  }

  closeSync(): void {
    this.#lane.runSync(closeFile(this.#file))
    this.#closing ??= Promise.resolve()
  }

  *#writeOnce(bytes: Uint8Array): Policy<WriteOutcome> {
    if (this.#file.poisoned !== null) throw poisonedError(this.#file.poisoned, bytes.length)
    const completion = yield this.#file.door.write(bytes, 0, bytes.length)
    const { errno, start, end } = completion
    const requested = bytes.length
    if (errno !== 0) return { start, end, requested, errno, ...nameError(errno) }
    this.#lastWrite = new LastWrite({ start, end }, bytes)
    this.#file.reach({ start, end })
    this.#file.appended(false)
    // Whatever follows gets a line of its own.
    this.#lastWrite.leave(this.#file)
    return { start, end, requested, errno, code: null, kind: end - start < requested ? 'WriteZero' : null }
  }

  #lines(bytes: Uint8Array): Lines {
    return { bytes, offset: 0, length: bytes.length, atomic: true, sync: false }
  }

  #settle(appended: Appended, length: number): ByteRange {
    this.#file.rollbacks.length = 0
    if (appended.failure !== null) throw appended.failure
    return { start: appended.start, end: appended.start + length }
  }

  #encode(bytes: Uint8Array | string): Uint8Array {
    if (typeof bytes !== 'string') {
      this.#checkBytes(bytes)
      return bytes
    }
    if (!bytes.isWellFormed())
      throw new TypeError('the string has an unpaired surrogate: UTF-8 cannot hold it')
    const data = Buffer.from(bytes)
    this.#checkBytes(data)
    return data
  }

  #checkBytes(bytes: Uint8Array): void {
    if (!isUint8Array(bytes)) throw new TypeError('expected a Uint8Array or a string')
    const { length } = bytes
    if (length === 0) throw new TypeError('nothing to append')
    if (length <= writeMostBytes) return
    throw ownError('ERR_RECORD_TOO_LARGE', 'InvalidInput', {
      path: this.path,
      action: 'append to',
      requested: length,
      note: `one write(2) takes at most ${writeMostBytes} bytes`,
    })
  }

  #checkOpen(): void {
    if (!this.#file.open || this.#closing !== null) throw closedError(this.path)
  }
}

function throwIfFailed(error: Error | null): void {
  if (error !== null) throw error
}
