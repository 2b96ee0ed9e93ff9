// Something that happens right before a certain call of the native door.

import type { FileDoor } from '../../lib/door/door.js'
import { WatchedDoor } from '../support/watched-door.js'

class DoorWith extends WatchedDoor {
  readonly #name: keyof FileDoor
  readonly #happen: () => void

  constructor(name: keyof FileDoor, happen: () => void) {
    super()
    this.#name = name
    this.#happen = happen
  }

  protected override called(real: FileDoor, name: keyof FileDoor, args: readonly unknown[]): unknown {
    if (name === this.#name) this.#happen()
    return super.called(real, name, args)
  }
}

/** The native door; `happen` comes right before each call of that name. */
export function doorWith(name: keyof FileDoor, happen: () => void): WatchedDoor {
  return new DoorWith(name, happen)
}
