// The input passed on to standard output, byte for byte. Where its reader goes away (EPIPE) the passing on
// ends and the recording does not, for the record is what must not be lost.

import { fstatSync, writeSync } from 'node:fs'
import type { WriteStream } from 'node:tty'
import { waitFor } from './wait-for.js'

const stdoutFd = 1

/** A stream that Node itself writes to in the background; for a file it would ignore short writes. */
function isStreaming(stream: WriteStream): boolean {
  if (stream.isTTY) return true
  const stat = fstatSync(stdoutFd)
  return stat.isFIFO() || stat.isSocket()
}

function writeWhole(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(stdoutFd, bytes, at)
}

export class Tee {
  readonly #stream: WriteStream
  readonly #streaming: boolean
  #full = false
  /** Why nothing more is passed on; null: it still is. */
  ended: NodeJS.ErrnoException | null = null

  constructor(stream: WriteStream) {
    this.#stream = stream
    this.#streaming = isStreaming(stream)
    stream.on('error', (error: NodeJS.ErrnoException) => this.#end(error))
    stream.on('drain', () => {
      this.#full = false
    })
  }

  /** What went wrong, other than that the reader went away; null: nothing. */
  get failure(): NodeJS.ErrnoException | null {
    return this.ended?.code === 'EPIPE' ? null : this.ended
  }

  pass(chunk: Buffer): void {
    if (this.ended !== null) return
    if (this.#streaming) {
      if (!this.#stream.write(chunk)) this.#full = true
      return
    }
    try {
      writeWhole(chunk)
    } catch (error) {
      this.#end(error as NodeJS.ErrnoException)
    }
  }

  /** Resolves when there is room for more, or with `stop`. */
  async room(stop: AbortSignal): Promise<void> {
    while (this.#full && !stop.aborted) await waitFor(this.#stream, ['drain', 'error'], stop)
  }

  /** Resolves when all is passed on. */
  async finish(): Promise<void> {
    if (!this.#streaming || this.ended !== null) return
    await new Promise<void>((resolve) => {
      this.#stream.write('', (error) => {
        if (error != null) this.#end(error)
        resolve()
      })
    })
  }

  #end(error: NodeJS.ErrnoException): void {
    this.ended ??= error
    this.#full = false
  }
}
