// fsync: { everyMs }: at most so long after an append, what was appended is on the disk.

export class SyncTimer {
  readonly #everyMs: number
  readonly #sync: () => void
  #timer: NodeJS.Timeout | null = null

  constructor(everyMs: number, sync: () => void) {
    this.#everyMs = everyMs
    this.#sync = sync
  }

  /** Something was appended. The timer keeps no process alive; the end of the process syncs too. */
  start(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#sync()
    }, this.#everyMs).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
