// What can be wrong with a line, by name. docs/damage.md tells of each; its test keeps both in step.

import type { ByteRange } from '../byte-range.js'

/**
 * What was found:
 * - `torn-tail`: the last line has no LF and is no JSON value: an append was cut off by a crash, or is under way;
 * - `missing-newline`: the last line is a JSON value and lacks only its LF;
 * - `torn-prefix`: a record cut off in the middle, and whole records behind it on the same line;
 * - `glued`: whole records on one line, with nothing between them;
 * - `headless`: the end of a record, whose beginning is missing, perhaps with whole records behind it;
 * - `nul-run`: bytes of value 0: blocks that never reached the disk, or a hole;
 * - `bad-utf8`: the line would be JSON but for bytes that are no UTF-8;
 * - `not-json`: anything else that is no JSON value;
 * - `oversize`: longer than `maxRecordBytes`; it is not looked into;
 * - `bom`: a byte order mark at the start of the file; skipped;
 * - `crlf`: lines that end in CR LF; the CR is JSON whitespace;
 * - `blank`: lines with nothing but whitespace;
 * - `erased`: blanks that take the place of a fragment which was taken back: no damage, but its trace;
 * - `empty-file`: no bytes at all.
 */
export type DamageKind =
  | 'torn-tail'
  | 'missing-newline'
  | 'torn-prefix'
  | 'glued'
  | 'headless'
  | 'nul-run'
  | 'bad-utf8'
  | 'not-json'
  | 'oversize'
  | 'bom'
  | 'crlf'
  | 'blank'
  | 'erased'
  | 'empty-file'

/** Kinds that every reader gets over: they are counted, and are no damage. */
export const harmlessKinds: ReadonlySet<DamageKind> = new Set<DamageKind>([
  'bom',
  'crlf',
  'blank',
  'erased',
  'empty-file',
])

/** One finding in a file. */
export interface Damage extends ByteRange {
  readonly kind: DamageKind
  /**
   * The number of the line, from 1; of the first line where `lines` is more than 1. 0: not known, where reading did
   * not begin at the start of the file, and always in `followRecords`.
   */
  readonly line: number
  /** How many lines next to each other it stands for: more than 1 only for `crlf`, `blank` and `erased`. */
  readonly lines: number
  /** The start of the line as printable text, cut to a length a person reads. */
  readonly excerpt: string
}
