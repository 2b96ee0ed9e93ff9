// A write to a simulated file, and the writes that follow it: handed over while it is on its way, or too late.

import type { Random } from './random.js'
import { writeOnce } from './core/append.js'
import type { CoreFile } from './core/core-file.js'
import { SimulatedCall, type Before } from './simulated-call.js'

/** A write, and a sync if all of it lands: behind that none may follow. */
export function writeCall(
  file: CoreFile,
  between: () => void,
  bytes: Uint8Array,
  andSync: boolean,
  before: Before | null = null,
): SimulatedCall {
  const write = {
    length: bytes.length,
    landPart: (random: Random): void => {
      file.world.land(file.opened, bytes.subarray(0, random.below(bytes.length)))
    },
    follower: (next: Uint8Array, behind: Before): SimulatedCall | null =>
      andSync ? null : follower(file, between, next, behind),
  }
  return new SimulatedCall(file.process, writeOnce(file, bytes, andSync), between, write, before)
}

function follower(
  file: CoreFile,
  between: () => void,
  bytes: Uint8Array,
  before: Before,
): SimulatedCall | null {
  const { world, broken } = file
  // The pool thread is about to leave, or has been kept long enough.
  if (world.random.once(before.call.outcome === null ? 8 : 2)) return null
  world.followed++
  const isPlainlyGood = broken.followBehindAnything === true ? (): boolean => true : before.isPlainlyGood
  return writeCall(file, between, bytes, false, { ...before, isPlainlyGood })
}
