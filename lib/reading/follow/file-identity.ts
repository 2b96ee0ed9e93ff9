// Which file is it? Device and inode tell it from every other that is there now; an inode number is used again
// once its file is gone, so the time of birth belongs to it where the file system knows it.

import type { ReadingFile } from '../reading-file.js'

export interface FileIdentity {
  /** "DEVICE:INODE". */
  readonly file: string
  /** Microseconds since 1970; 0: unknown. */
  readonly born: number
}

export async function identify(file: ReadingFile): Promise<FileIdentity> {
  const { born } = await file.times()
  return { file: await file.identity(), born }
}

export function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return one.file === other.file && (one.born === other.born || one.born === 0 || other.born === 0)
}
