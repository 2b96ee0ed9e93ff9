// Buffers for batches, used again and again. A recorder holds one only while something is buffered, so
// ten thousand open recorders that are idle hold none. Small ones are as large as what is in them, for there
// may be many of them (W8).

import { forgetTarget } from '../door/line-encoder.js'

const smallestPower = 12
const smallest = 2 ** smallestPower
const largestKept = 1024 * 1024
const keptMostBytes = 4 * 1024 * 1024

/** By the power of two that their size is. */
const free: Buffer[][] = []
let keptBytes = 0

/** The least power of two that is no smaller; from `smallest` on. */
function powerFor(bytes: number): number {
  return bytes <= smallest ? smallestPower : 32 - Math.clz32(bytes - 1)
}

/** A buffer of at least so many bytes; what is in it is left over from before. */
export function takeBuffer(bytes: number): Buffer {
  if (bytes < smallest || bytes > largestKept) return Buffer.allocUnsafeSlow(bytes)
  const power = powerFor(bytes)
  const kept = free[power]?.pop()
  if (kept === undefined) return Buffer.allocUnsafeSlow(2 ** power)
  keptBytes -= kept.length
  return kept
}

/** Nobody, no pool thread either, uses the buffer any more. */
export function giveBack(buffer: Buffer): void {
  const size = buffer.length
  if (size < smallest || size > largestKept || keptBytes + size > keptMostBytes) {
    forgetTarget(buffer)
    return
  }
  ;(free[powerFor(size)] ??= []).push(buffer)
  keptBytes += size
}
