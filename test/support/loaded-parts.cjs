// Prints which files of the package a program has loaded that only records, what a file adds that does not begin with
// a record, and then what reading adds.

'use strict'

const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const dist = path.join(__dirname, '..', '..', 'dist')
const { AppendError, Recorder, checkFile } = require(path.join(dist, 'index.js'))

const loaded = () =>
  Object.keys(require.cache)
    .filter((file) => file.startsWith(dist))
    .map((file) => path.basename(file))

/** Opens a file that begins like this, and gives the code of the error. */
function open(content) {
  const folder = mkdtempSync(path.join(tmpdir(), 'wholeline-test-'))
  const file = path.join(folder, 'log.jsonl')
  writeFileSync(file, content)
  try {
    Recorder.openSync(file).closeSync()
    return null
  } catch (error) {
    return error.code
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const opened = open('{"a":1}\n{"b":')
const before = loaded()
const refused = open('a,b\n1,2\n')
const other = loaded()
checkFile(path.join(dist, 'none')).catch((error) => {
  const sameClass = error instanceof AppendError
  process.stdout.write(
    JSON.stringify({ opened, before, refused, other, sameClass, after: loaded().includes('reading.js') }),
  )
})
