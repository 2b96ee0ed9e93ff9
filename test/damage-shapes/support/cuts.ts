// Records to be cut, every place to cut them at, and who else has the file open meanwhile, which decides how a
// fragment is taken back.

import { closeSync, openSync, statSync } from 'node:fs'
import type { RecorderOptions } from '../../../lib/index.js'
import { afterTest } from '../../support/after-test.js'
import type { Remote } from '../../support/remote-file.js'

/** A record of 24 bytes with characters of one to four; 100 ≤ n ≤ 999. */
export function recordOf(n: number): string {
  return `{"n":${n},"é":"€𝄞"}`
}

/** The line of every such record in bytes, LF included. */
export const lineBytes = Buffer.byteLength(recordOf(100)) + 1

/** Every place inside its line; at the last all but the LF is there. */
export const everyCut = Array.from({ length: lineBytes - 1 }, (_, i) => i + 1)

/** Those that leave no readable record. */
export const everyTornCut = everyCut.slice(0, -1)

/** The first `cut` bytes of a record's line. */
export function fragmentOf(record: string, cut: number): Buffer {
  return Buffer.from(`${record}\n`).subarray(0, cut)
}

export interface Room {
  readonly name: string
  readonly options: RecorderOptions
  /** The file is open for reading meanwhile, which denies the lease. */
  readonly read: boolean
  readonly told: { readonly state: string; readonly rollback: object }
}

export const alone: Room = {
  name: 'alone',
  options: {},
  read: false,
  told: { state: 'failed', rollback: { outcome: 'truncated' } },
}

export const besideReader: Room = {
  name: 'beside a reader',
  options: {},
  read: true,
  told: { state: 'failed', rollback: { outcome: 'erased' } },
}

/** The fragment stays for good. */
export const leaving: Room = {
  name: "with rollback: 'none'",
  options: { rollback: 'none' },
  read: false,
  told: { state: 'pending', rollback: { outcome: 'none' } },
}

/** Opens the file for reading until the test is over. */
export function keepOpen(path: string): void {
  const fd = openSync(path, 'r')
  afterTest(() => {
    closeSync(fd)
  })
}

/** Lets so many more bytes into the file, by RLIMIT_FSIZE of the writer's process, until the action is over. */
export async function withRoomFor<T>(
  bytes: number,
  remote: Remote,
  path: string,
  action: () => Promise<T>,
): Promise<T> {
  await remote.limitFiles(statSync(path).size + bytes)
  try {
    return await action()
  } finally {
    await remote.limitFiles('unlimited')
  }
}
