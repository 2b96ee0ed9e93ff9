// Prints which files of the package a program has loaded that only records, and then what reading adds.

'use strict'

const path = require('node:path')
const dist = path.join(__dirname, '..', '..', 'dist')
const { AppendError, checkFile } = require(path.join(dist, 'index.js'))

const loaded = () =>
  Object.keys(require.cache)
    .filter((file) => file.startsWith(dist))
    .map((file) => path.basename(file))

const before = loaded()
checkFile(path.join(dist, 'none')).catch((error) => {
  const sameClass = error instanceof AppendError
  process.stdout.write(JSON.stringify({ before, sameClass, after: loaded().includes('reading.js') }))
})
