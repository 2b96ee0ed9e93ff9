// The event `drain`, for whoever was asked to wait.

import type { Door } from '../door/door.js'
import type { Announcer } from './announcer.js'

export class Drain {
  /** Somebody was asked to wait. */
  wanted = false
  readonly #door: Door
  readonly #announcer: Announcer
  #forget: (() => void) | null = null

  constructor(door: Door, announcer: Announcer) {
    this.#door = door
    this.#announcer = announcer
  }

  /** There is room again. Within a call of write it is told later: whoever was just asked to wait does not listen yet. */
  tell(withinWrite: boolean): void {
    this.wanted = false
    this.#forget?.()
    this.#forget = null
    if (withinWrite) this.#tellLater()
    else this.#announcer.tell('drain')
  }

  #tellLater(): void {
    this.#forget = this.#door.after(0, true, () => {
      this.#forget = null
      // Whoever was asked to wait since then waits for the next one.
      if (!this.wanted) this.#announcer.tell('drain')
    })
  }
}
