// pino with its default destination (sonic-boom, sync). It puts level, time, pid and hostname before what it is
// given, so it is given the objects without them.

import { once } from 'node:events'
import pino from 'pino'
import { logHeader } from '../lib/records.mjs'
import './without-closing-sync.mjs'

export function open(path) {
  const destination = pino.destination(path)
  const logger = pino(destination)
  return {
    writeObject: ({ bare }) => {
      logger.info(bare)
    },
    finish: async () => {
      const closed = once(destination, 'close')
      destination.end()
      await closed
    },
  }
}

const header = /^\{"level":30,"time":\d+,"pid":\d+,"hostname":"[^"]*",/

export function matches(line, expected) {
  if (!header.test(line)) return false
  return line.replace(header, expected.startsWith(logHeader) ? logHeader : '{') === expected
}
