// winston with its file transport and its JSON format, which orders the members by name.

import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import winston from 'winston'

const level = Symbol.for('level')

export function open(path) {
  const transport = new winston.transports.File({ filename: path })
  const logger = winston.createLogger({ format: winston.format.json(), transports: [transport] })
  return {
    writeObject: ({ bare }) => logger.write({ ...bare, level: 'info', [level]: 'info' }),
    drained: () => once(logger, 'drain'),
    finish: async () => {
      // Its end() would cut off what still waits between the logger and the transport, or in the transport. That
      // keeps records of which it said that they are done as listeners for `drain`, and crashes if it has ended by
      // then.
      const { _stream: stream } = transport
      const waits = () => logger.writableLength + logger.readableLength + transport.writableLength > 0
      while (waits() || stream.listenerCount('drain') > 0) await setImmediate()
      const finished = once(transport, 'finish')
      logger.end()
      await finished
    },
  }
}

const addedByLoggers = ['level', 'time', 'pid', 'hostname']

function withoutHeader(text) {
  const members = Object.entries(JSON.parse(text)).filter(([name]) => !addedByLoggers.includes(name))
  return Object.fromEntries(members)
}

export function matches(line, expected) {
  return isDeepStrictEqual(withoutHeader(line), withoutHeader(expected))
}
