// Buffers for batches, used again and again. A recorder holds one only while something is buffered, so
// ten thousand open recorders that are idle hold none. Small ones are as large as what is in them, for there
// may be many of them (W8).

const smallest = 4 * 1024
const largestKept = 1024 * 1024
const keptMostBytes = 4 * 1024 * 1024

const free = new Map<number, Buffer[]>()
let keptBytes = 0

function sizeClass(bytes: number): number {
  if (bytes <= smallest) return smallest
  if (bytes > largestKept) return bytes
  return 2 ** Math.ceil(Math.log2(bytes))
}

/** A buffer of at least so many bytes; what is in it is left over from before. */
export function takeBuffer(bytes: number): Buffer {
  if (bytes < smallest) return Buffer.allocUnsafeSlow(bytes)
  const size = sizeClass(bytes)
  const kept = free.get(size)?.pop()
  if (kept === undefined) return Buffer.allocUnsafeSlow(size)
  keptBytes -= size
  return kept
}

/** Nobody, no pool thread either, uses the buffer any more. */
export function giveBack(buffer: Buffer): void {
  const size = buffer.length
  if (size < smallest || size > largestKept || keptBytes + size > keptMostBytes) return
  const list = free.get(size)
  if (list === undefined) free.set(size, [buffer])
  else list.push(buffer)
  keptBytes += size
}
