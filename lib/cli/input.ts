// Standard input, a chunk at a time, until it ends or somebody says stop. What had been read by then is
// still given: it has left the pipe, and nobody else would ever see it.

import { createReadStream, fstatSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { isatty } from 'node:tty'

const stdinFd = 0
const pieceBytes = 256 * 1024

/**
 * Standard input. Files are read in larger pieces than process.stdin takes, which is twice as fast; and for a
 * directory process.stdin would be an empty stream without an error.
 */
export function openInput(): Readable {
  const stat = fstatSync(stdinFd)
  if (stat.isFIFO() || stat.isSocket() || isatty(stdinFd)) return process.stdin
  return createReadStream('', { fd: stdinFd, autoClose: false, highWaterMark: pieceBytes })
}

/** After so long the event loop gets its turn even if the input never pauses: signals must be heard. */
const turnMs = 50

const events = ['readable', 'end', 'error', 'close'] as const

/**
 * Chunks of the stream; asks for no more while the caller is busy with one. Throws what the stream fails
 * with. Destroys the stream in the end.
 */
export async function* readChunks(input: Readable, stop: AbortSignal): AsyncGenerator<Buffer, void> {
  let wake: () => void = () => undefined
  const onEvent = (): void => wake()
  for (const event of events) input.on(event, onEvent)
  stop.addEventListener('abort', onEvent)
  let turn = performance.now()
  try {
    for (;;) {
      if (performance.now() - turn > turnMs) {
        await setImmediate()
        turn = performance.now()
      }
      const last = stop.aborted
      const chunk = input.read() as Buffer | null
      if (chunk !== null) yield chunk
      if (last || input.readableEnded) return
      if (input.errored !== null) throw input.errored
      if (input.destroyed) return
      if (chunk !== null) continue
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    stop.removeEventListener('abort', onEvent)
    input.destroy()
  }
}
