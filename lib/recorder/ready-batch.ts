// One empty batch, made before it is needed: the first record of a batch often comes after a pause, when caches are
// cold, and takes the same way as those behind it. One for all recorders, so that idle ones hold none (W8).

import { Batch } from './batch.js'

let ready: Batch | null = null

/**
 * The batch that stands ready, with so much room. It stays so until it is taken. One that holds something belongs to
 * nobody: whoever gave that was stopped in between (a timeout of node:vm), and it must not get into another's file.
 */
export function readyBatch(capacity: number): Batch {
  if (ready?.bytes.length === capacity && ready.length === 0) return ready
  ready?.release()
  ready = new Batch(capacity, false)
  return ready
}

/** What stood ready holds a record now, and belongs to a queue. */
export function takeReady(): void {
  ready = null
}
