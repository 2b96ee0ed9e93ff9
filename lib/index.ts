// What the package exports, and nothing else.

export { AppendFile, type WriteOutcome } from './append-file/append-file.js'
export type { AppendFileOptions } from './append-file/options.js'
export type { RefusedRung, Rollback } from './append-file/rollback.js'
export type { RollbackOption } from './append-file/tracked-file.js'
export type { ByteRange } from './byte-range.js'
export type { LockMode } from './door/door.js'
export { AppendError, type RecordState } from './errors/append-error.js'
export type { ErrorKind } from './errors/error-kind.js'
export type { FsyncOption, RecorderOptions } from './recorder/options.js'
export { Recorder, type AppendOptions, type RecorderEvents } from './recorder/recorder.js'
export type { RecorderStats } from './recorder/stats.js'
