// Tells the listeners of a recorder what has come up. What they throw is thrown outside of the call in which it came
// up (throw-later.ts).

import type { EventEmitter } from 'node:events'
import type { Rollback } from '../append-file/rollback.js'
import type { AppendError } from '../errors/append-error.js'
import type { RecorderEvents } from './recorder-events.js'
import type { Notice } from './recording-file.js'
import type { Recovery } from './retry-schedule.js'
import { throwLater } from './throw-later.js'
import type { WriterReports } from './writer.js'

export class Announcer implements WriterReports {
  readonly #listeners: EventEmitter<RecorderEvents>

  constructor(listeners: EventEmitter<RecorderEvents>) {
    this.#listeners = listeners
  }

  tell<Name extends keyof RecorderEvents>(name: Name, ...given: RecorderEvents[Name]): void {
    throwLater(() => (this.#listeners as EventEmitter).emit(name, ...given))
  }

  onRollback(rollback: Rollback): void {
    this.tell('rollback', rollback)
  }

  onRecovered(recovery: Recovery): void {
    this.tell('recovered', recovery)
  }

  onFailure(error: AppendError, willRetry: boolean): void {
    // Between attempts a failure is told to those who listen; the last one is thrown if nobody does.
    if (willRetry && this.#listeners.listenerCount('error') === 0) return
    this.tell('error', error)
  }

  onNotice(notice: Notice): void {
    if (notice.event === 'repair') this.tell('repair', notice.repair)
    else if (notice.event === 'moved') this.tell('moved', notice.move)
    else this.onFailure(notice.error, true)
  }
}
