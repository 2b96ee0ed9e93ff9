// Synchronous appends of records that nothing stands before: encoded into one buffer that all recorders share, and
// written within the call. Where that cannot be, the record takes its place in the queue.

import { appendShort } from '../append-file/short-path.js'
import type { ByteRange } from '../byte-range.js'
import type { Lane } from '../door/lane.js'
import type { LineContent } from '../door/line-encoder.js'
import { isUint8Array } from '../is-bytes.js'
import type { ResolvedRecorderOptions } from './options.js'
import type { RecordQueue } from './queue.js'
import type { RecordingFile } from './recording-file.js'
import type { StatsCounter } from './stats.js'
import { putBytes, putText, roomForBytes, roomForText } from './text-line.js'
import { throwLater } from './throw-later.js'
import type { Writer } from './writer.js'

const LF = 0x0a

/** Appends between two looks at the clock, which tells whether the path is to be checked. */
const appendsBetweenChecks = 64

/** Nothing else uses it, and nothing keeps it. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

export class ImmediateAppends {
  closed = false
  readonly #recording: RecordingFile
  readonly #queue: RecordQueue
  readonly #lane: Lane
  readonly #writer: Writer
  readonly #stats: StatsCounter
  readonly #options: ResolvedRecorderOptions
  #untilCheck = appendsBetweenChecks

  constructor(
    recording: RecordingFile,
    queue: RecordQueue,
    lane: Lane,
    writer: Writer,
    stats: StatsCounter,
    options: ResolvedRecorderOptions,
  ) {
    this.#recording = recording
    this.#queue = queue
    this.#lane = lane
    this.#writer = writer
    this.#stats = stats
    this.#options = options
  }

  /** null: not written here, or it is no line. Throws AppendError. */
  appendText(text: string, content: LineContent): ByteRange | null {
    if (roomForText(text) >= scratch.length || !this.#mayWrite()) return null
    const bytes = putText(scratch, 0, text, content)
    return bytes >= 0 && bytes <= this.#options.maxRecordBytes ? this.#write(bytes) : null
  }

  /** The same for bytes. */
  appendBytes(record: Uint8Array, content: LineContent): ByteRange | null {
    if (!isUint8Array(record) || !this.#fits(record.length) || !this.#mayWrite()) return null
    const bytes = putBytes(scratch, 0, record, content)
    return bytes >= 0 ? this.#write(bytes) : null
  }

  #fits(bytes: number): boolean {
    return roomForBytes(bytes) < scratch.length && bytes <= this.#options.maxRecordBytes
  }

  /** Nothing stands before a record that is to be written at once. */
  #mayWrite(): boolean {
    return (
      this.#options.fsync === 'never' &&
      this.#recording.file.calm &&
      this.#queue.empty &&
      this.#lane.idle &&
      !this.closed &&
      !this.#checkDue()
    )
  }

  /** The clock is asked now and then only: it costs as much as a tenth of an append. */
  #checkDue(): boolean {
    this.#untilCheck--
    if (this.#untilCheck > 0) return false
    this.#untilCheck = appendsBetweenChecks
    return this.#recording.moveCheckDue
  }

  /** Writes the record of so many bytes that stands in the scratch buffer. */
  #write(bytes: number): ByteRange {
    const length = bytes + 1
    scratch[bytes] = LF
    const { file } = this.#recording
    const first = appendShort(file, scratch, length)
    if (first !== null) return this.#writer.finishOne(scratch, length, first, throwLater)
    this.#stats.countRecord(length)
    const { end } = file
    return { start: end - length, end }
  }
}
