// sonic-boom, which pino writes through.

import { once } from 'node:events'
import SonicBoom from 'sonic-boom'
import './without-closing-sync.mjs'

export async function open(path, { sync, minLength = 0, contentMode }) {
  const stream = new SonicBoom({ dest: path, append: true, sync, minLength, contentMode })
  // Opened asynchronously, unless it is synchronous throughout.
  if (!sync) await once(stream, 'ready')
  return {
    appendSync: (bytes) => stream.write(bytes),
    write: sync
      ? (line, ended) => {
          stream.write(ended)
        }
      : (line, ended) => stream.write(ended),
    writeObject: sync
      ? ({ full }) => {
          stream.write(`${JSON.stringify(full)}\n`)
        }
      : ({ full }) => stream.write(`${JSON.stringify(full)}\n`),
    drained: () => once(stream, 'drain'),
    finish: async () => {
      const closed = once(stream, 'close')
      stream.end()
      await closed
    },
  }
}
