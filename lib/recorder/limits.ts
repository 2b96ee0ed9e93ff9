// What one record, and all that is held in memory, may take (W8); beyond it the caller is told, and nothing has
// changed.

import type { AppendError } from '../errors/append-error.js'
import { ownError } from '../errors/make-error.js'

export interface Limits {
  readonly path: string
  readonly maxBufferedBytes: number
  readonly maxRecordBytes: number
  /** Bytes of records that are kept although they are written. */
  readonly keptBytes: number
}

/** With so many bytes held there is room for `buffered` more, and so large a record is allowed. */
export function isWithin(limits: Limits, held: number, recordBytes: number, buffered: number): boolean {
  return recordBytes <= limits.maxRecordBytes && held + buffered <= limits.maxBufferedBytes
}

/** Why that is not so. */
export function refusal(limits: Limits, held: number, recordBytes: number, buffered: number): AppendError {
  const { path, maxBufferedBytes, maxRecordBytes } = limits
  if (recordBytes > maxRecordBytes) {
    // A record and its LF have to be buffered.
    const limit = maxRecordBytes < maxBufferedBytes - 1 ? 'maxRecordBytes' : 'maxBufferedBytes'
    return tooLarge(limits, recordBytes, maxRecordBytes, limit)
  }
  return ownError('ERR_BUFFER_FULL', 'BufferFull', {
    path,
    action: 'append to',
    requested: buffered,
    retryable: true,
    note: `${held} bytes are held already, maxBufferedBytes is ${maxBufferedBytes}`,
  })
}

export function tooLarge({ path }: Limits, bytes: number, most: number, limit: string): AppendError {
  return ownError('ERR_RECORD_TOO_LARGE', 'InvalidInput', {
    path,
    action: 'append to',
    requested: bytes,
    note: `${bytes} bytes, ${limit} takes at most ${most}`,
  })
}
