// fs.createWriteStream with its defaults.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

export function open(path) {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 })
  return {
    write: (line, ended) => stream.write(ended),
    writeObject: ({ full }) => stream.write(`${JSON.stringify(full)}\n`),
    drained: () => once(stream, 'drain'),
    finish: () => {
      stream.end()
      return finished(stream)
    },
  }
}
