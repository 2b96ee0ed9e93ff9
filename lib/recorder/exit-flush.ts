// What is still buffered when the process or the worker ends is written then, synchronously.

/** Something that has records in memory, or on the way, or not yet synced as promised. */
export interface Unfinished {
  /** Writes what is left on this thread. Throws where it cannot. */
  finishAtExit(): void
}

const unfinished = new Set<Unfinished>()
let listening = false

function finishAll(): void {
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
  // Thrown here, Node prints it and the exit code says that something went wrong: loud.
  if (failed) throw first
}

/** From now on it is finished at exit. */
export function registerUnfinished(one: Unfinished): void {
  unfinished.add(one)
  if (listening) return
  listening = true
  process.on('exit', finishAll)
}

/** Nothing is left of it to finish. */
export function unregisterFinished(one: Unfinished): void {
  unfinished.delete(one)
}
