// Names of error numbers, asked of the core once each.

import { nativeDoor } from '../door/native-door.js'
import type { ErrorKind } from './error-kind.js'

interface NamedError {
  readonly code: string | null
  readonly kind: ErrorKind
}

const known = new Map<number, NamedError>()

/** `code` and `kind` of an errno of this platform. */
export function nameError(errno: number): NamedError {
  let name = known.get(errno)
  if (name === undefined) {
    const { code, kind } = nativeDoor.nameError(errno)
    // The table of the core names no kind that ErrorKind does not have (test/errors pins that).
    name = { code, kind: kind as ErrorKind }
    known.set(errno, name)
  }
  return name
}
