// fsync: { everyMs }: at most so long after an append, what was appended is on the disk.

import type { Door } from '../door/door.js'

export class SyncTimer {
  readonly #door: Door
  readonly #everyMs: number
  readonly #sync: () => void
  #cancel: (() => void) | null = null

  constructor(door: Door, everyMs: number, sync: () => void) {
    this.#door = door
    this.#everyMs = everyMs
    this.#sync = sync
  }

  /** Something was appended. The timer keeps no process alive; the end of the process syncs too. */
  start(): void {
    this.#cancel ??= this.#door.after(this.#everyMs, false, () => {
      this.#cancel = null
      this.#sync()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }
}
