// The door with the simulated kernel behind it: one process's way to the files of a world, whose clock is the steps
// of the schedule.

import type { Door, ErrorName, FileDoor } from '../../lib/door/door.js'
import { nativeDoor } from '../../lib/door/native-door.js'
import type { BrokenCore } from './broken-core.js'
import { CoreFile } from './core/core-file.js'
import type { Process } from './process.js'
import { SimulatedFile } from './simulated-file.js'
import type { World } from './world.js'

export class SimulatedDoor implements Door {
  readonly #world: World
  readonly #process: Process
  readonly #broken: BrokenCore
  readonly #between: () => void

  /** @param between - what others do between two steps of a synchronous call */
  constructor(world: World, process: Process, broken: BrokenCore, between: () => void) {
    this.#world = world
    this.#process = process
    this.#broken = broken
    this.#between = between
  }

  file(path: string): FileDoor {
    const file = new CoreFile(path, this.#world, this.#process, this.#broken)
    return new SimulatedFile(file, this.#between)
  }

  now(): number {
    return this.#world.steps
  }

  after(delayMs: number, _keepAlive: boolean, run: () => void): () => void {
    const timer = { at: this.#world.steps + delayMs, run }
    this.#process.timers.push(timer)
    return () => {
      const at = this.#process.timers.indexOf(timer)
      if (at >= 0) this.#process.timers.splice(at, 1)
    }
  }

  nameError(errno: number): ErrorName {
    return nativeDoor.nameError(errno)
  }
}
