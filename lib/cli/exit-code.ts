// How every command ends: the one number that a script looks at.

export const ExitCode = {
  /** All was done. */
  fine: 0,
  /** It was done, but something is wrong with the data: a record was refused, damage was found. */
  flawed: 1,
  /** It could not be done: wrong arguments, a file that does not open, a disk that is full. */
  failed: 2,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
