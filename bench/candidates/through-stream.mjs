// What a candidate that gives a stream of Node does (index.mjs says what each is).

import { once } from 'node:events'
import { finished } from 'node:stream/promises'

export function throughStream(stream) {
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
