// What a listener throws, or an error that nobody listens for, is thrown outside of the call in which it came
// up: the call itself has taken its record, and must not look as if it had failed (W3).

import { failExit, isExiting } from './exit-flush.js'

/** Runs it now; what it throws is thrown in a microtask of its own. */
export function throwLater(run: () => void): void {
  try {
    run()
  } catch (error) {
    // Nothing runs after the end of the process, and there it must not be lost, nor look as if all were well.
    if (isExiting()) failExit(error)
    queueMicrotask(() => {
      throw error
    })
  }
}
