// fs.createWriteStream, with its defaults or as much buffered as wholeline has.

import { createWriteStream } from 'node:fs'
import { throughStream } from './through-stream.mjs'

export function open(path, { highWaterMark }) {
  return throughStream(createWriteStream(path, { flags: 'a', mode: 0o600, highWaterMark }))
}
