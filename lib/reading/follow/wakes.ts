// When to look again: an event of the directory says that something happened to the path, and a poll finds what
// events do not tell. Watching the directory sees rotation too. Where it cannot be watched (no inotify watches left:
// ENOSPC, EMFILE) or events tell nothing of other machines, the poll is faster.

import { watch, type FSWatcher } from 'node:fs'
import path from 'node:path'
import type { Door } from '../../door/door.js'

const pollAloneMs = 250
const watchAgainMs = 10_000

export class Wakes {
  readonly #door: Door
  readonly #folder: string
  readonly #base: string
  readonly #pollMs: number
  readonly #stop: AbortSignal
  #watcher: FSWatcher | null = null
  #watchedAt = 0
  #seesAll = true
  /** Something has happened since the last wait. */
  #happened = false
  #wake: (() => void) | null = null

  constructor(door: Door, file: string, pollMs: number, stop: AbortSignal) {
    this.#door = door
    this.#folder = path.dirname(file)
    this.#base = path.basename(file)
    this.#pollMs = pollMs
    this.#stop = stop
    stop.addEventListener('abort', this.#onEvent)
    this.renew()
  }

  /** The directory may be another one by now. `seesAll`: all who write are on this machine. */
  renew(seesAll = true): void {
    this.#watcher?.close()
    this.#seesAll = seesAll
    this.#watchedAt = this.#door.now()
    this.#watcher = this.#watch()
    this.#happened = true
  }

  /** Until something happens, and no longer than this. */
  wait(mostMs: number): Promise<void> {
    const happened = this.#happened
    this.#happened = false
    if (happened || this.#stop.aborted) return Promise.resolve()
    if (this.#watcher === null && this.#door.now() - this.#watchedAt >= watchAgainMs)
      this.renew(this.#seesAll)
    const pollMs =
      this.#watcher !== null && this.#seesAll ? this.#pollMs : Math.min(this.#pollMs, pollAloneMs)
    return this.#sleep(Math.min(mostMs, pollMs))
  }

  /** For so long, or until the end, whatever happens meanwhile. */
  async pause(ms: number): Promise<void> {
    const until = this.#door.now() + ms
    for (let left = ms; left > 0 && !this.#stop.aborted; left = until - this.#door.now())
      await this.#sleep(left)
  }

  close(): void {
    this.#stop.removeEventListener('abort', this.#onEvent)
    this.#watcher?.close()
    this.#watcher = null
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#door.after(Math.max(1, Math.ceil(ms)), true, () => this.#wake?.())
      this.#wake = () => {
        cancel()
        this.#wake = null
        resolve()
      }
    })
  }

  #watch(): FSWatcher | null {
    try {
      // What waits keeps the process alive by its timer.
      const watcher = watch(this.#folder, { persistent: false }, (_event, name) => {
        if (name === null || name.startsWith(this.#base)) this.#onEvent()
      })
      watcher.on('error', () => {
        watcher.close()
        if (this.#watcher === watcher) this.#watcher = null
      })
      return watcher
    } catch {
      return null
    }
  }

  readonly #onEvent = (): void => {
    this.#happened = true
    this.#wake?.()
  }
}
