// fs.appendFileSync by path: it opens and closes the file each time.

import { appendFileSync } from 'node:fs'

export function open(path) {
  return {
    appendSync: (bytes) => appendFileSync(path, bytes),
    write: (line, ended) => {
      appendFileSync(path, ended)
    },
    finish: () => {},
  }
}
