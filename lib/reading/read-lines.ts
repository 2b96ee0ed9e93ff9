// A file's bytes as lines, framed on LF alone: U+2028, U+0085 and a lone CR are content. Memory is bounded
// by a block and the longest line that is taken.

import { markLength } from './byte-order-mark.js'
import type { ReadingFile } from './reading-file.js'

const LF = 0x0a
const blockBytes = 256 * 1024

/** A line and where it stands. */
export interface Line {
  /** In bytes from the start of the file. */
  readonly start: number
  /** Behind its LF; where it has none, the end of what was read. */
  readonly end: number
  /** Without the LF, and unchanged for as long as it is held; null: longer than was to be taken. */
  readonly bytes: Buffer | null
  /** It has its LF. */
  readonly ended: boolean
}

/** What is known of a line whose LF was not seen yet. */
class OpenLine {
  start: number
  #parts: Buffer[] | null = []
  #length = 0
  readonly #mostBytes: number

  constructor(start: number, mostBytes: number) {
    this.start = start
    this.#mostBytes = mostBytes
  }

  get length(): number {
    return this.#length
  }

  add(part: Buffer): void {
    this.#length += part.length
    if (this.#length > this.#mostBytes) this.#parts = null
    else this.#parts?.push(part)
  }

  end(end: number, ended: boolean): Line {
    const parts = this.#parts
    const [only] = parts ?? []
    const bytes = parts === null ? null : parts.length === 1 && only ? only : Buffer.concat(parts)
    const line = { start: this.start, end, bytes, ended }
    this.start = end
    this.#parts = []
    this.#length = 0
    return line
  }
}

function takeLines(block: Buffer, offset: number, open: OpenLine): Line[] {
  const lines: Line[] = []
  let from = 0
  for (let lf = block.indexOf(LF); lf >= 0; lf = block.indexOf(LF, from)) {
    open.add(block.subarray(from, lf))
    lines.push(open.end(offset + lf + 1, true))
    from = lf + 1
  }
  if (from < block.length) open.add(block.subarray(from))
  return lines
}

async function readBlock(file: ReadingFile, offset: number, end: number): Promise<Buffer> {
  const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, end - offset))
  return block.subarray(0, await file.readAt(block, offset))
}

/**
 * The lines from `start`, which must be the start of a line, to `end` or the end of the file; those of one
 * block at a time, while the next block is being read. Only the last line can lack its LF, and what is
 * behind `end` is not looked at. A byte order mark at the start of the file belongs to no line. Throws AppendError where reading fails.
 */
export async function* readLines(
  file: ReadingFile,
  start: number,
  end: number,
  maxLineBytes: number,
): AsyncGenerator<readonly Line[], void, undefined> {
  const open = new OpenLine(start, maxLineBytes)
  let offset = start
  let reading = readBlock(file, offset, end)
  for (;;) {
    const block = await reading
    const next = offset + block.length
    const last = block.length < Math.min(blockBytes, end - offset) || next === end
    if (!last) {
      reading = readBlock(file, next, end)
      // Whoever stops in between does not wait for it, and its failure is told when it is waited for.
      reading.catch(() => undefined)
    }
    const mark = offset === 0 ? markLength(block) : 0
    if (mark > 0) open.start = mark
    const lines = takeLines(block.subarray(mark), offset + mark, open)
    if (last && open.length > 0) lines.push(open.end(next, false))
    if (lines.length > 0) yield lines
    if (last) return
    offset = next
  }
}
