// rotating-file-stream, with a size that is not reached.

import { once } from 'node:events'
import path from 'node:path'
import { createStream } from 'rotating-file-stream'
import { throughStream } from './through-stream.mjs'

export async function open(file) {
  const stream = createStream(path.basename(file), { path: path.dirname(file), size: '1000G', mode: 0o600 })
  await once(stream, 'open')
  return throughStream(stream)
}
