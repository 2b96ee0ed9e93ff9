// Is a line, or what is left of one, JSON? Bytes are taken strictly: what is no UTF-8 is no JSON. The core's scan says
// the same of every line (test/tail-repair/same-judgement.test.ts).

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Blanks of JSON alone, such as an erased fragment leaves. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)
}

/** A torn object need not be judged, however long it is: it does not end as it began. */
export function endsAsItBegan(bytes: Uint8Array): boolean {
  const first = bytes.findIndex((byte) => byte > 0x20)
  const last = bytes.findLastIndex((byte) => byte > 0x20)
  if (bytes[first] === 0x7b) return bytes[last] === 0x7d
  if (bytes[first] === 0x5b) return bytes[last] === 0x5d
  return true
}

/** One complete JSON value. */
export function isJsonValue(bytes: Uint8Array): boolean {
  const text = decode(bytes)
  return text !== null && parses(text)
}

/** A line without the byte order mark that a file may begin with: the mark belongs to no record. */
export function withoutMark(line: Uint8Array, offset: number): Uint8Array {
  const marked = offset === 0 && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf
  return marked ? line.subarray(3) : line
}
