// The plain way: fs.appendFileSync on a descriptor in append mode that stays open. Of remote.cjs: the other
// writer of a file, and what a test is held against.

'use strict'

const { appendFileSync, closeSync, openSync } = require('node:fs')

class PlainFile {
  #fd

  static openSync(path) {
    const file = new PlainFile()
    file.#fd = openSync(path, 'a')
    return file
  }

  appendSync(bytes) {
    appendFileSync(this.#fd, bytes)
  }

  closeSync() {
    closeSync(this.#fd)
  }
}

module.exports = { PlainFile }
