// A batch on its way to the file: one write, by the short path where that goes.

import type { Appended, Lines } from '../append-file/attempt.js'
import type { Completion, DoorCall, Policy } from '../door/door.js'
import type { FollowingCall } from '../door/following-call.js'
import type { ShortPolicy } from '../door/lane.js'
import type { Batch } from './batch.js'
import type { RecordingFile } from './recording-file.js'

export class BatchAppend implements Lines, ShortPolicy<Appended> {
  readonly bytes: Uint8Array
  readonly offset = 0
  readonly length: number
  readonly atomic: boolean
  readonly sync: boolean
  readonly #recording: RecordingFile
  /** Its write, where that was handed over to follow the one before it. */
  readonly #following: FollowingCall | null

  constructor(recording: RecordingFile, batch: Batch, sync: boolean, following: FollowingCall | null) {
    this.bytes = batch.bytes
    this.length = batch.length
    this.atomic = batch.atomic
    this.sync = sync
    this.#recording = recording
    this.#following = following
  }

  begin(): DoorCall | null {
    return this.#following ?? this.#recording.beginShort(this)
  }

  take(completion: Completion): Appended | null {
    return this.#recording.takeShort(this, completion)
  }

  policy(first: Completion | null): Policy<Appended> {
    return this.#recording.append(this, first)
  }
}
