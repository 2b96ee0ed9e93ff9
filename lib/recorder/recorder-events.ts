// What the listeners of a recorder are told.

import type { Rollback } from '../append-file/rollback.js'
import type { AppendError } from '../errors/append-error.js'
import type { TailRepair } from '../tail-repair/repair-tail.js'
import type { Move } from './recording-file.js'
import type { Recovery } from './retry-schedule.js'

/** Events of a {@link Recorder}, with what their listeners are given. */
export interface RecorderEvents {
  /** After `write` returned false: half of the high-water mark is free again. */
  drain: []
  /** Nothing waits in memory any more. */
  flush: []
  /** Bytes that landed could not stay; what was done with them. */
  rollback: [rollback: Rollback]
  /** Opening found something at the end of the file, and mended it or not. */
  repair: [repair: TailRepair]
  /** After failures, a batch went through again. */
  recovered: [recovery: Recovery]
  /** The path leads to another file or none, or after a failed sync the file was opened anew or left. */
  moved: [move: Move]
  /**
   * A `write` failed and no promise has told of it; without a listener it is thrown. With a `retry` schedule
   * also each failure that is followed by another attempt; that one is not thrown.
   */
  error: [error: AppendError]
  close: []
}
