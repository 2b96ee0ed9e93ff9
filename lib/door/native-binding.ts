// Loads the native addon, and says what to do where it does not load. Installing runs nothing: a
// prebuilt binary for the platform is found here, when a file is first opened.

import type nodeGypBuild from 'node-gyp-build'
import { packageRoot } from '../package-root.js'
import { findAddon } from './find-addon.js'

/** Every operation of the core. */
export type OperationName =
  | 'open'
  | 'openForReading'
  | 'close'
  | 'write'
  | 'writeAndSync'
  | 'readAt'
  | 'size'
  | 'sync'
  | 'syncDirectories'
  | 'lock'
  | 'lockHolders'
  | 'truncateUnderLease'
  | 'truncateUnderLock'
  | 'rewriteUnderLease'
  | 'probeLease'
  | 'setMode'
  | 'erase'
  | 'leadsTo'
  | 'identify'
  | 'times'
  | 'probeWriters'
  | 'listSiblings'
  | 'rename'
  | 'owner'
  | 'setOwner'
  | 'link'
  | 'unlink'
  | 'resolveLinks'
  | 'nameFileSystem'
  | 'scan'

export interface NativeBinding {
  /** The names of the operations, in the order of their numbers, with commas between them. */
  readonly operations: string
  perform(
    operation: number,
    file: number,
    bytes: Uint8Array | undefined,
    first: number,
    second: number,
    done: () => void,
  ): void
  /** The operation, the file, first and second stand in {@link NativeBinding.numbers}. */
  readonly performSync: (bytes: Uint8Array | undefined) => void
  /** The same for an append, which mostly is all there is to do. */
  readonly writeAndLookSync: (bytes: Uint8Array) => void
  createFile(path: string): number
  releaseFile(file: number): void
  finishSync(file: number): number
  finishIfOver(file: number): boolean
  /** Hands over a write behind the one in flight; false: too late. */
  follow(file: number, bytes: Uint8Array, offset: number, length: number, expectedStart: number): boolean
  /** For a write that was handed over, when it is its turn to be heard of. */
  callBack(file: number, done: () => void): void
  /**
   * Names the array that lines are made and judged in, or none, and counts that in `lineNumbers.aimed`. Whoever names
   * one keeps it until another is named, by whomever.
   */
  readonly lineTarget: (bytes: Uint8Array | undefined) => void
  /**
   * Makes the bytes of a line of `lineNumbers.length` characters at `lineNumbers.offset` of it; leaves in
   * `lineNumbers.encoded` how many, or -1 for what is no such line, or not known.
   */
  readonly encodeLine: (text: string) => void
  readonly encodeWideLine: (text: string) => void
  /** Whether the `length` bytes at `offset` of it are a line; false also where that is not known. */
  readonly isLine: () => boolean
  /** Characters that `encodeWideLine` takes at most. */
  readonly wideMost: number
  nameError(errno: number): { code: string | null; kind: string }
  nameSyscall(number: number): string
  /** What the last operation gave, and what a synchronous one is given, by {@link NumberPlace}. */
  readonly numbers: Float64Array
  /** What a line is given, and what came of it, by {@link LinePlace}. */
  readonly lineNumbers: Int32Array
  readonly writeMostBytes: number
}

/** Places of {@link NativeBinding.numbers}; src/environment.h has the same. */
export const NumberPlace = {
  errno: 0,
  syscall: 1,
  start: 2,
  end: 3,
  detail: 4,
  file: 5,
  first: 6,
  second: 7,
  operation: 8,
} as const

/** Places of {@link NativeBinding.lineNumbers}; src/environment.h has the same. */
export const LinePlace = {
  offset: 0,
  length: 1,
  content: 2,
  /** Bytes of the line that was made; -1: none was. */
  encoded: 3,
  /** How often a target was named. */
  aimed: 4,
} as const

/** Bits of `first` when opening; src/operations.cc has the same. */
export const OpenBit = { create: 1, followSymlinks: 2, makeDirectories: 4, mustBeNew: 8 } as const

/** Values of `first` when locking; src/core/lock.h has the same. */
export const LockNumber = { none: 0, shared: 1, exclusive: 2 } as const

function refuseWindows(): void {
  if (process.platform !== 'win32') return
  throw new Error(
    'wholeline does not run on Windows: it rests on O_APPEND, leases and fdatasync, which Windows has not. ' +
      'Use it under WSL 2, or record with another package there.',
  )
}

function explain(cause: unknown): Error {
  const host = `${process.platform}-${process.arch}, Node-API ${process.versions['napi'] ?? 'unknown'}`
  const why = cause instanceof Error ? cause.message : String(cause)
  return new Error(
    `wholeline has no native addon that loads on this machine (${host}): ${why}\n` +
      'The package ships prebuilt binaries; if there is none for this platform, build it in a clone of the ' +
      'repository with "npm ci" (a C++20 compiler, make and Python 3 are needed) and report the platform.',
    { cause },
  )
}

/* eslint-disable @typescript-eslint/no-require-imports -- a file that is found here, and a module that is rarely needed */
function loadAddon(root: string): unknown {
  const file = findAddon(root)
  return file === null ? (require('node-gyp-build') as typeof nodeGypBuild)(root) : require(file)
}
/* eslint-enable */

function load(): NativeBinding {
  refuseWindows()
  try {
    return loadAddon(packageRoot()) as NativeBinding
  } catch (cause) {
    throw explain(cause)
  }
}

export const nativeBinding: NativeBinding = load()

/** The numbers of the operations. */
export const Operation = Object.fromEntries(
  nativeBinding.operations.split(',').map((name, number) => [name, number]),
) as Readonly<Record<OperationName, number>>
