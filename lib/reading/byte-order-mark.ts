// A byte order mark at the start of a file belongs to no line.

const byteOrderMark = Buffer.from('\uFEFF')

/** In bytes. */
export const markBytes = byteOrderMark.length

/** How much of a file's first block is its mark. */
export function markLength(block: Buffer): number {
  return block.subarray(0, markBytes).equals(byteOrderMark) ? markBytes : 0
}
