// Prints which files of the package are loaded by naming it, by opening a file, by an append that fails, and by reading.

'use strict'

const path = require('node:path')
const root = path.join(__dirname, '..', '..')
const file = process.argv[2]

const known = new Set()

/** What was loaded since the last time. */
function loaded() {
  const found = Object.keys(require.cache).filter((name) => name.startsWith(root) && !known.has(name))
  for (const name of found) known.add(name)
  return found.map((name) => path.basename(name)).sort()
}

loaded()
const { AppendError, Recorder, checkFile } = require(path.join(root, 'dist', 'index.js'))
const named = loaded()
const recorder = Recorder.openSync(file, { maxRecordBytes: 10 })
const opened = loaded()

/** Is it the class that is exported? */
function isAppendError(failing) {
  try {
    failing()
  } catch (error) {
    return error instanceof AppendError
  }
  return false
}

const sameAtRecording = isAppendError(() => recorder.appendSync('more than ten bytes'))
recorder.closeSync()
const failed = loaded()
checkFile(path.join(file, 'none')).catch((error) => {
  const sameClasses = sameAtRecording && error instanceof AppendError
  process.stdout.write(JSON.stringify({ named, opened, failed, read: loaded(), sameClasses }))
})
