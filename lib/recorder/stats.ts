// What a recorder has done so far.

import type { Rollback } from '../append-file/rollback.js'

/** Counts since the recorder was opened. */
export interface RecorderStats {
  /** Records that stand in the file. */
  readonly records: number
  /** Their bytes, LFs included. */
  readonly bytes: number
  /** Batches that were written. */
  readonly batches: number
  /** Bytes that wait in memory now. */
  readonly pendingBytes: number
  /** Attempts that ended in an error. */
  readonly failures: number
  /** Of these, those that were followed by another attempt of the `retry` schedule. */
  readonly retries: number
  /** Records that were given up: their append was reported as failed and they are not tried again. */
  readonly lostRecords: number
  readonly truncated: number
  readonly erased: number
  readonly pendingRollbacks: number
}

export class StatsCounter {
  records = 0
  bytes = 0
  batches = 0
  failures = 0
  retries = 0
  lostRecords = 0
  truncated = 0
  erased = 0
  pendingRollbacks = 0

  /** One record, written by itself. */
  countRecord(bytes: number): void {
    this.records++
    this.bytes += bytes
    this.batches++
  }

  countRollback(rollback: Rollback): void {
    if (rollback.outcome === 'truncated') this.truncated++
    else if (rollback.outcome === 'erased') this.erased++
    else this.pendingRollbacks++
  }

  snapshot(pendingBytes: number): RecorderStats {
    const { records, bytes, batches, failures, retries, lostRecords } = this
    const { truncated, erased, pendingRollbacks } = this
    const written = { records, bytes, batches, pendingBytes }
    return { ...written, failures, retries, lostRecords, truncated, erased, pendingRollbacks }
  }
}
