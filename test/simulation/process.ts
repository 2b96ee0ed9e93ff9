// Somebody's operations, timers and open files; a kill drops them all.

import type { SimulatedCall } from './simulated-call.js'
import type { Open } from './world.js'

export class Process {
  readonly actor: number
  readonly pending: SimulatedCall[] = []
  readonly timers: { at: number; run: () => void }[] = []
  readonly opens: Open[] = []
  alive = true

  constructor(actor: number) {
    this.actor = actor
  }
}
