// An error told to people in full, and to machines as a JSON object.

import { AppendError } from '../errors/append-error.js'
import { printable } from '../printable.js'

/** The message, and for an AppendError everything that it says. */
export function explainError(error: Error): string {
  const message = `wholeline: ${printable(error.message)}`
  if (!(error instanceof AppendError)) return message
  const { code, errno, kind, path, range, state, unsyncedFrom } = error
  const facts = [
    `code ${code}`,
    ...(errno === 0 ? [] : [`errno ${errno}`]),
    `kind ${kind}`,
    `path ${printable(path)}`,
    range === null ? 'range none' : `range [${range.start}, ${range.end})`,
    `state ${state}`,
    ...(unsyncedFrom === null ? [] : [`unsynced from ${unsyncedFrom}`]),
  ]
  return `${message}\n  ${facts.join(', ')}`
}

/** The same for JSON. */
export function errorToJson(error: Error): object {
  if (!(error instanceof AppendError)) {
    const { code = null, errno = null } = error as NodeJS.ErrnoException
    // Node's own errors carry the negative number.
    return { message: error.message, code, errno: errno === null ? null : Math.abs(errno) }
  }
  const { message, code, errno, kind, syscall, path, range, requested, state, rollback } = error
  const { retryable, unsyncedFrom } = error
  const attempt = { range, requested, state, rollback, retryable, unsyncedFrom }
  return { message, code, errno, kind, syscall, path, ...attempt }
}
