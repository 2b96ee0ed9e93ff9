// When the cursor is written: at most each second while the position moves, and at the end. Also while the consumer
// is busy with a record, so it is never much behind what was consumed.

import type { Door } from '../../door/door.js'
import { AppendError } from '../../errors/append-error.js'
import type { CursorFile } from './cursor-file.js'
import type { CursorState } from './cursor.js'

const eachMs = 1000

export class CursorKeeper {
  readonly #door: Door
  readonly #cursor: CursorFile
  readonly #state: () => CursorState | null
  #moved = false
  #cancel: (() => void) | null = null
  #saving: Promise<void> = Promise.resolve()
  #failure: unknown = null

  /** `state` tells the position at the moment of writing. */
  constructor(door: Door, cursor: CursorFile, state: () => CursorState | null) {
    this.#door = door
    this.#cursor = cursor
    this.#state = state
  }

  /** The position has moved. Throws what writing has failed with since, unless it may pass (a full disk). */
  moved(): void {
    if (this.#failure !== null) throw this.#failure as Error
    this.#moved = true
    this.#cancel ??= this.#door.after(eachMs, false, () => {
      this.#cancel = null
      this.#saving = this.#saveLater()
    })
  }

  /** Writes the first position, now if it can be. Throws what does not pass by itself. */
  async begin(): Promise<void> {
    await this.#saveLater()
    if (this.#failure !== null) throw this.#failure as Error
  }

  /** Writes what has moved, and lets go of it. Throws where the last position could not be written. */
  async finish(): Promise<void> {
    this.#cancel?.()
    this.#cancel = null
    try {
      await this.#saving
      if (this.#moved) await this.#save()
    } finally {
      await this.#cursor.close()
    }
  }

  async #saveLater(): Promise<void> {
    try {
      await this.#save()
    } catch (error) {
      this.#moved = true
      if (error instanceof AppendError && error.retryable) this.moved()
      else this.#failure = error
    }
  }

  async #save(): Promise<void> {
    const state = this.#state()
    if (state === null) return
    this.#moved = false
    await this.#cursor.save(state)
  }
}
