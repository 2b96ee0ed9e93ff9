// The lines of a file from its end to its start, in blocks: the newest records of a huge file cost what they
// are long, not what the file is long. Framed as in read-lines.ts, memory bounded in the same way.

import { markBytes, markLength } from './byte-order-mark.js'
import type { Line } from './read-lines.js'
import type { ReadingFile } from './reading-file.js'

const LF = 0x0a
const blockBytes = 256 * 1024

/** The line that is being put together from its end. */
class OpenLine {
  /** Behind its LF; or where the file ended. */
  #end: number
  #ended: boolean
  #parts: Buffer[] | null = []
  #length = 0
  readonly #mostBytes: number

  constructor(end: number, mostBytes: number) {
    this.#end = end
    this.#ended = false
    this.#mostBytes = mostBytes
  }

  /** Bytes before those that were added. */
  add(part: Buffer): void {
    this.#length += part.length
    if (this.#length > this.#mostBytes) this.#parts = null
    else if (part.length > 0) this.#parts?.unshift(part)
  }

  /** It starts at `start`; null: nothing is there. What comes before it ends with an LF. */
  begin(start: number): Line | null {
    const [only, ...others] = this.#parts ?? []
    const bytes =
      this.#parts === null ? null : only && others.length === 0 ? only : Buffer.concat(this.#parts)
    const line = { start, end: this.#end, bytes, ended: this.#ended }
    this.startOver(start, true)
    return line.end > start ? line : null
  }

  startOver(end: number, ended: boolean): void {
    this.#end = end
    this.#ended = ended
    this.#parts = []
    this.#length = 0
  }
}

/** Those that start in the block, the last one first. */
function takeLines(block: Buffer, offset: number, open: OpenLine): Line[] {
  const lines: Line[] = []
  let to = block.length
  while (to > 0) {
    const lf = block.lastIndexOf(LF, to - 1)
    open.add(block.subarray(lf + 1, to))
    if (lf < 0) break
    const line = open.begin(offset + lf + 1)
    if (line !== null) lines.push(line)
    to = lf
  }
  return lines
}

/** Where the block before `to` starts; a byte order mark is not cut. */
function blockStart(lowest: number, to: number): number {
  const from = Math.max(lowest, to - blockBytes)
  return from < markBytes ? lowest : from
}

async function readBlock(file: ReadingFile, from: number, to: number): Promise<Buffer> {
  const block = Buffer.allocUnsafeSlow(to - from)
  return block.subarray(0, await file.readAt(block, from))
}

/**
 * The lines that start at `start` or behind it, from `end` back, which must be the end of a line or of the file;
 * those of one block at a time, the last one first. Throws AppendError where reading fails.
 */
export async function* readLinesBackward(
  file: ReadingFile,
  start: number,
  end: number,
  maxLineBytes: number,
): AsyncGenerator<readonly Line[], void, undefined> {
  // A line starts there only if an LF stands before it.
  const lowest = Math.max(0, start - 1)
  if (end <= lowest) return
  const open = new OpenLine(end, maxLineBytes)
  let to = end
  let from = blockStart(lowest, to)
  let reading = readBlock(file, from, to)
  while (to > lowest) {
    const block = await reading
    const offset = from
    // The file was cut meanwhile: what was behind is gone.
    if (block.length < to - from) open.startOver(offset + block.length, false)
    to = from
    from = blockStart(lowest, to)
    if (to > lowest) {
      reading = readBlock(file, from, to)
      // Whoever stops in between does not wait for it, and its failure is told when it is waited for.
      reading.catch(() => undefined)
    }
    const mark = offset === 0 ? markLength(block) : 0
    const lines = takeLines(block.subarray(mark), offset + mark, open)
    const first = offset === 0 && start === 0 ? open.begin(mark) : null
    if (first !== null) lines.push(first)
    if (lines.length > 0) yield lines
  }
}
