// Waiting for one of several events, and for no longer than until somebody says stop.

import type { EventEmitter } from 'node:events'

export function waitFor(emitter: EventEmitter, events: readonly string[], stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) {
      resolve()
      return
    }
    const onEvent = (): void => {
      for (const event of events) emitter.off(event, onEvent)
      stop.removeEventListener('abort', onEvent)
      resolve()
    }
    for (const event of events) emitter.on(event, onEvent)
    stop.addEventListener('abort', onEvent)
  })
}
