// What a repair did, or would do.

import type { ByteRange } from '../byte-range.js'
import type { CheckReport } from '../check/check-report.js'

export interface RepairReport {
  /** The file itself: symbolic links resolved. */
  readonly path: string
  /**
   * - `none`: there is nothing to repair, and nothing was touched;
   * - `tail`: the end of the file was mended in place;
   * - `rewritten`: there is a healed copy: under the path, or at `output`.
   */
  readonly action: 'none' | 'tail' | 'rewritten'
  /** It is only what would be done. */
  readonly dryRun: boolean
  /** What became of a last line without LF: the LF was added, or what is no record in it was cut off. */
  readonly tail: 'none' | 'completed' | 'cut'
  /** Whole records that the file has now, each on a line of its own. */
  readonly records: number
  /** How many of them were saved from damaged lines. */
  readonly salvaged: number
  /** How many bytes of damage went to the quarantine. */
  readonly removedBytes: number
  /** The file that has them; null: there were none. */
  readonly quarantine: string | null
  /** What the original is called now; null: it was not replaced. */
  readonly damaged: string | null
  /** The healed copy, where it was asked for elsewhere. */
  readonly output: string | null
  /** Damaged lines that stay: `oversize`, for nobody has looked into them. */
  readonly left: number
  /**
   * Bytes that somebody appended to the original in the moment in which it was replaced: they stand in `damaged`
   * alone. null: none.
   */
  readonly late: ByteRange | null
  /** What was found before. */
  readonly check: CheckReport
}
