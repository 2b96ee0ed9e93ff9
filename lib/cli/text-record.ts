// A line of plain text as a record, so that nothing of it is lost.

import { isUtf8 } from 'node:buffer'

/** `{"time":…,"line":…}`, and the bytes in base64 where text cannot hold them. */
export function wrapText(line: Buffer, time: Date): Buffer {
  const record = { time: time.toISOString(), line: line.toString() }
  return Buffer.from(JSON.stringify(isUtf8(line) ? record : { ...record, bytes: line.toString('base64') }))
}
