// Loads a part of the package when it is first needed, once, and says what is wrong where that does not go.

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppendError } from './errors/append-error.js'

/** Nothing that is open may be opened more: the open of the caller's file fails for the same reason (W7). */
const outOfDescriptors = new Set(['EMFILE', 'ENFILE'])

interface SystemError extends Error {
  readonly code?: string
  readonly errno?: number
  readonly syscall?: string
}

function explain(cause: unknown, path: string | URL): unknown {
  if (!(cause instanceof Error)) return cause
  const { code, errno = 0, syscall = 'open' }: SystemError = cause
  if (code !== undefined && outOfDescriptors.has(code)) {
    const file = resolve(path instanceof URL ? fileURLToPath(path) : path)
    const message = `open ${file}: ${code}, ${syscall}`
    const kind = 'Uncategorized'
    return new AppendError({ message, code, errno: Math.abs(errno), kind, syscall, path: file, cause })
  }
  if (code !== 'MODULE_NOT_FOUND') return cause
  return new Error(
    `wholeline cannot load what opens files, which it does at the first open: its folder is gone or out of reach by now (${cause.message})`,
    { cause },
  )
}

/** Gives what `load` gives; `path` is what the caller is about to open. */
export function partLoader<Part>(load: () => Part): (path: string | URL) => Part {
  // Kept: a registry of modules that is cleared (Jest, hot reloading) would give another copy each time.
  let loaded: Part | null = null
  return (path) => {
    if (loaded !== null) return loaded
    try {
      loaded = load()
    } catch (cause) {
      throw explain(cause, path)
    }
    return loaded
  }
}
