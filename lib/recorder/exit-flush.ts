// What is still buffered when the process or the worker ends is written then, synchronously: load-recording.ts calls
// this from its listener of `exit`.

/** Something that has records in memory, or on the way, or not yet synced as promised. */
export interface Unfinished {
  /** Writes what is left on this thread. Throws where it cannot. */
  finishAtExit(): void
}

const unfinished = new Set<Unfinished>()
let exiting = false

/** The process is ending: what is given now is written at once, for nothing comes later. */
export function isExiting(): boolean {
  return exiting
}

/** The end of the process has come: finishes all there is. Throws the first failure. */
export function finishAtExit(): void {
  exiting = true
  let failed = false
  let first: unknown
  for (const one of [...unfinished]) {
    try {
      one.finishAtExit()
    } catch (error) {
      if (!failed) first = error
      failed = true
    }
  }
  if (failed) failExit(first)
}

/** Thrown at the end, Node prints it; the code it would keep where process.exit(0) was called. */
export function failExit(error: unknown): never {
  process.exitCode = 1
  throw error
}

/** From now on it is finished at exit. */
export function registerUnfinished(one: Unfinished): void {
  unfinished.add(one)
}

/** Nothing is left of it to finish. */
export function unregisterFinished(one: Unfinished): void {
  unfinished.delete(one)
}
