// fs.writeSync on a descriptor in append mode; with `range` also what it takes in plain Node to know where the
// record is: the size of the file behind it, right only while nobody else writes.

import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'

export function open(path, { range = false }) {
  const fd = openSync(path, 'a', 0o600)
  const appendSync = range
    ? (bytes) => {
        writeSync(fd, bytes)
        const end = fstatSync(fd).size
        return { start: end - bytes.length, end }
      }
    : (bytes) => writeSync(fd, bytes)
  return {
    appendSync,
    write: (line, ended) => {
      writeSync(fd, ended)
    },
    writeObject: ({ full }) => {
      writeSync(fd, `${JSON.stringify(full)}\n`)
    },
    finish: () => closeSync(fd),
  }
}
