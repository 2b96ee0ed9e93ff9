// What a command was asked for, on standard output: its reader may be slow or gone, but a report that cannot be
// written is no report.

/** The reader went away, now or before: nobody is left to be told. */
const gone: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED'])

/** Standard output takes no more, for another reason than that its reader went away. */
export class OutputError extends Error {
  override readonly name = 'OutputError'

  constructor(cause: Error) {
    super(`cannot write standard output: ${cause.message}`, { cause })
  }
}

/** Resolves when it is written, or nobody reads it any more. Throws OutputError. */
export async function print(text: string): Promise<void> {
  const { stdout } = process
  if (stdout.destroyed) return
  const error = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
    stdout.write(text, resolve)
  })
  if (error != null && !gone.has(error.code)) throw new OutputError(error)
}
