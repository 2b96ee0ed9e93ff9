// What `index.js` is bundled from: the exports of index.ts, of which those that read are loaded when they are first
// called. A program that only records does not pay for them, and what records is loaded at the first open
// (load-recording.ts).

import type * as Index from './index.js'
import { partLoader } from './load-part.js'
import type * as Readers from './readers.js'

export { AppendFile } from './append-file/append-file.js'
export { DamageError } from './damage/damage-error.js'
export { AppendError } from './errors/append-error.js'
export { Recorder } from './recorder/recorder.js'

const readers = partLoader(
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make a promise of it
  () => require('./readers.js') as typeof Readers,
)

export const checkFile: typeof Index.checkFile = async (path, options) =>
  readers(path).checkFile(path, options)

export const followRecords: typeof Index.followRecords = (path, options) =>
  readers(path).followRecords(path, options)

export const readRecordAt: typeof Index.readRecordAt = async (path, range) =>
  readers(path).readRecordAt(path, range)

export const readRecords: typeof Index.readRecords = (path, options) =>
  readers(path).readRecords(path, options)

export const repairFile: typeof Index.repairFile = async (path, options) =>
  readers(path).repairFile(path, options)
