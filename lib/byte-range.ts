// Where bytes stand in a file.

/** Bytes `[start, end)` from the start of the file; for a record its LF is included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}
