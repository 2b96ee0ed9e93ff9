// rotating-file-stream, with a size that is not reached.

import { once } from 'node:events'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import { createStream } from 'rotating-file-stream'

export async function open(file) {
  const stream = createStream(path.basename(file), { path: path.dirname(file), size: '1000G', mode: 0o600 })
  await once(stream, 'open')
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
