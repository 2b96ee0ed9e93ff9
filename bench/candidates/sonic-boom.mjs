// sonic-boom, which pino writes through.

import { once } from 'node:events'
import SonicBoom from 'sonic-boom'
import './without-closing-sync.mjs'

export async function open(path, { sync, minLength = 0 }) {
  const stream = new SonicBoom({ dest: path, append: true, sync, minLength })
  // Opened asynchronously, unless it is synchronous throughout.
  if (!sync) await once(stream, 'ready')
  return {
    appendSync: (bytes) => stream.write(bytes.latin1Slice()),
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
