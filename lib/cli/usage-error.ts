// Wrong arguments: told on standard error with the usage of the command, and exit code 2.

export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** How the command is called. */
  readonly usage: string

  constructor(message: string, usage: string) {
    super(message)
    this.usage = usage
  }
}
