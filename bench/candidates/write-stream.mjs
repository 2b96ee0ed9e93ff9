// fs.createWriteStream, with its defaults or as much buffered as wholeline has.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

export function open(path, { highWaterMark }) {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600, highWaterMark })
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
