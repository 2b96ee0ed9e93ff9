// The two ways to record that are compared. Both are given one record at a time, and the caller of both tries
// a record again that failed.

import { appendFile } from 'node:fs/promises'
import { AppendError, Recorder } from '../dist/index.js'

/**
 * What recorders do today: one line, one fs.appendFile. Node itself goes on after a short write and tries to
 * write the rest; that gives the error. How much of the line has landed is not said.
 */
function openPlain(path) {
  return {
    async append(record) {
      await appendFile(path, JSON.stringify(record) + '\n')
      return null
    },
    mayTryAgain: (error) => error.code === 'EFBIG',
    close: async () => {},
  }
}

/** The same with this package. Whether an error may pass is for the caller to say: here the limit is lifted. */
async function openWholeline(path) {
  const recorder = await Recorder.open(path)
  return {
    append: (record) => recorder.append(record),
    mayTryAgain: (error) =>
      error instanceof AppendError &&
      (error.retryable || error.code === 'EFBIG') &&
      (error.state === 'failed' || error.state === 'pending'),
    close: () => recorder.close(),
  }
}

export const appenders = {
  plain: { name: 'fs.appendFile', open: openPlain },
  wholeline: { name: 'wholeline', open: openWholeline },
}
