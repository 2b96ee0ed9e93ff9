// The recording half of the package, with the native addon: what is loaded when a file is first opened to record.
// Nothing of it is left to be loaded later: what deals with a failure is there before one comes.

export { openAppender, openAppenderSync } from './append-file/open-appender.js'
export { finishAtExit } from './recorder/exit-flush.js'
export { openRecorder, openRecorderSync } from './recorder/open-recorder.js'
