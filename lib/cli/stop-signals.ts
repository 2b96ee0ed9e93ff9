// SIGINT, SIGTERM and SIGHUP: the first ends the work in good order, the second ends the process at once.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export type StopSignal = (typeof signals)[number]

export class StopSignals {
  readonly #stop: (signal: StopSignal) => void
  #first: StopSignal | null = null

  constructor(stop: (signal: StopSignal) => void) {
    this.#stop = stop
    for (const signal of signals) process.on(signal, this.#onSignal)
  }

  /** The signal that came; null: none. */
  get first(): StopSignal | null {
    return this.#first
  }

  dispose(): void {
    for (const signal of signals) process.off(signal, this.#onSignal)
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#first === null) {
      this.#first = signal as StopSignal
      this.#stop(this.#first)
      return
    }
    // Not process.exit(), which would still write what is buffered, and may be what does not come to an end.
    this.dispose()
    process.kill(process.pid, signal)
  }
}
