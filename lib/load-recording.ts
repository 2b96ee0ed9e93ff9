// Loads the recording half when a file is first opened to record. A program that names the package in its imports
// starts without it, as it starts without the reading half (entry.ts).

import { partLoader } from './load-part.js'
import type * as Recording from './recording.js'

let loaded: typeof Recording | null = null
/** Node sets this before it tells of the end: loaded by a listener of `exit`, this hears of it by nothing else. */
let exiting = (process as { _exiting?: boolean })._exiting === true

// With the classes and not at the first open: that may be made by a listener of `exit`, and one that is added by then
// is not called.
process.on('exit', () => {
  exiting = true
  loaded?.finishAtExit()
})

export const recording = partLoader(() => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make a promise of it
  loaded = require('./recording.js') as typeof Recording
  // From now on what is given is written at once.
  if (exiting) loaded.finishAtExit()
  return loaded
})
