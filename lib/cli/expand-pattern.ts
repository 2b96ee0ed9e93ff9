// File names by a pattern that the shell did not expand, because it was quoted or there is no shell: `*` and `?`
// within a name, `[abc]`, and `**` for any folders. As in a shell, what begins with a dot must be asked for.

import { readdirSync, statSync, type Dirent } from 'node:fs'
import path from 'node:path'

const isMagic = /[*?[]/

/** What a part of the pattern, between slashes, matches. */
function toRegExp(part: string): RegExp {
  const source = part.replace(/\[([!^]?)([^\]]+)\]|[*?]|[^*?[]+|\[/g, (text, not: string, set?: string) => {
    if (text === '*') return '[^/]*'
    if (text === '?') return '[^/]'
    if (set !== undefined) return `[${not === '' ? '' : '^'}${set.replace(/[\\\]^]/g, '\\$&')}]`
    return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  return new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 's')
}

/** None where it is no folder, or may not be read. */
function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1))
  } catch {
    return []
  }
}

function isThere(name: string): boolean {
  try {
    return statSync(name, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

/** Folders that match are not meant. */
function isFile(name: string): boolean {
  return isThere(name) && !statSync(name).isDirectory()
}

function* foldersBelow(folder: string): Generator<string> {
  yield folder
  for (const entry of entriesOf(folder)) {
    // Links are not followed: one to a folder above would never end.
    if (entry.isDirectory() && !entry.name.startsWith('.')) yield* foldersBelow(path.join(folder, entry.name))
  }
}

function* matches(folder: string, parts: readonly string[]): Generator<string> {
  const [part = '', ...rest] = parts
  const last = rest.length === 0
  if (part === '**' && !last) {
    for (const below of foldersBelow(folder)) yield* matches(below, rest)
    return
  }
  const pattern = toRegExp(part)
  const found = isMagic.test(part) ? entriesOf(folder).map(({ name }) => name) : [part]
  for (const name of found) {
    if (isMagic.test(part) && !pattern.test(name)) continue
    const full = path.join(folder, name)
    if (!last) yield* matches(full, rest)
    else if (isFile(full)) yield full
  }
}

/**
 * The files that an argument stands for: itself, if there is such a file or it is no pattern; else those that
 * match, in order, which may be none.
 */
export function expandPattern(argument: string): string[] {
  if (!isMagic.test(argument) || isThere(argument)) return [argument]
  const parts = argument.split('/').filter((part) => part !== '')
  return [...new Set(matches(argument.startsWith('/') ? '/' : '', parts))]
}
