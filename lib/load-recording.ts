// Loads the recording half when a file is first opened to record. A program that names the package in its imports
// starts without it, as it starts without the reading half (entry.ts).

import { partLoader } from './load-part.js'
import type * as Recording from './recording.js'

export const recording = partLoader(
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make a promise of it
  () => require('./recording.js') as typeof Recording,
)
