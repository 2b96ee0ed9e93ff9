// Is what was delivered still there? Bytes of a file as they were seen, and how far they agree with what is
// found later. A byte that has become a space agrees: whoever takes back what is his may blank it (DESIGN 3.2).

const SPACE = 0x20
const LF = 0x0a

/** How many bytes, from the first on, are as they were seen, or blank. */
export function agreeing(seen: Uint8Array, found: Uint8Array): number {
  const both = Math.min(seen.length, found.length)
  if (Buffer.compare(seen.subarray(0, both), found.subarray(0, both)) === 0) return both
  const differs = seen.findIndex((byte, i) => i < both && found[i] !== byte && found[i] !== SPACE)
  return differs < 0 ? both : differs
}

/** Behind the last LF of the first `length` bytes; 0: there is none. */
export function lineBoundary(bytes: Uint8Array, length: number): number {
  return bytes.subarray(0, length).lastIndexOf(LF) + 1
}
