// A write that was handed over to follow the one in flight, until its turn comes (W4). What came of it is kept
// here, for it may have to be ended before that: when the policy before it needs the file for something else.

import type { Completion, DoorCall } from './door.js'

export class FollowingCall implements DoorCall {
  readonly #call: DoorCall
  #completion: Completion | null = null

  constructor(call: DoorCall) {
    this.#call = call
  }

  /** It is known what came of it. */
  get over(): boolean {
    return this.#completion !== null
  }

  performSync(): Completion {
    return this.finishSync()
  }

  perform(done: (completion: Completion) => void): void {
    this.#call.perform(done)
  }

  finishSync(): Completion {
    this.#completion ??= this.#call.finishSync()
    return this.#completion
  }

  finishIfOver(): Completion | null {
    this.#completion ??= this.#call.finishIfOver()
    return this.#completion
  }

  follow(bytes: Uint8Array, offset: number, length: number, expectedStart: number): DoorCall | null {
    return this.#call.follow(bytes, offset, length, expectedStart)
  }
}
