// Cuts a stream of bytes into lines at LF bytes and nowhere else, in bounded memory: of a line that is too
// long only the length is kept.

const LF = 0x0a
const smallest = 64 * 1024
/** Room that is kept for the next such line. */
const keptMost = 1024 * 1024

export interface LineSink {
  /** A line without its LF. The bytes are valid during the call only. */
  line(bytes: Buffer): void
  /** A line of more bytes than allowed; they are gone. */
  tooLong(bytes: number): void
}

export class LineSplitter {
  readonly #mostBytes: number
  readonly #sink: LineSink
  /** The beginning of a line whose LF has not come yet. Copied, for a chunk may be much larger than it. */
  #kept: Buffer = Buffer.alloc(0)
  /** Bytes of that line; more than #mostBytes: they are not kept. */
  #length = 0

  constructor(mostBytes: number, sink: LineSink) {
    this.#mostBytes = mostBytes
    this.#sink = sink
  }

  push(chunk: Buffer): void {
    let at = 0
    for (let lf = chunk.indexOf(LF); lf >= 0; lf = chunk.indexOf(LF, at)) {
      // Nearly every line lies within a chunk: it is handed on without a copy.
      if (this.#length === 0 && lf - at <= this.#mostBytes) {
        this.#sink.line(chunk.subarray(at, lf))
      } else {
        this.#keep(chunk.subarray(at, lf))
        this.#finish()
      }
      at = lf + 1
    }
    if (at < chunk.length) this.#keep(chunk.subarray(at))
  }

  /** The input is over: what it left unfinished is a line too. */
  end(): void {
    if (this.#length > 0) this.#finish()
  }

  #keep(piece: Buffer): void {
    const before = this.#length
    this.#length += piece.length
    if (this.#length > this.#mostBytes) {
      this.#kept = Buffer.alloc(0)
      return
    }
    if (this.#length > this.#kept.length) this.#grow(before)
    piece.copy(this.#kept, before)
  }

  #grow(used: number): void {
    const doubled = Math.max(smallest, 2 * this.#kept.length, this.#length)
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#length, Math.min(doubled, this.#mostBytes)))
    this.#kept.copy(grown, 0, 0, used)
    this.#kept = grown
  }

  #finish(): void {
    const kept = this.#kept
    const length = this.#length
    this.#length = 0
    if (kept.length > keptMost) this.#kept = Buffer.alloc(0)
    if (length > this.#mostBytes) this.#sink.tooLong(length)
    else this.#sink.line(kept.subarray(0, length))
  }
}
