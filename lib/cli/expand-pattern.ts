// File names by a pattern that the shell did not expand, because it was quoted or there is no shell: `*` and `?`
// within a name, `[abc]`, and `**` for any folders (at the end: for all files in them). As in a shell, what begins
// with a dot must be asked for.

import { readdirSync, statSync, type Dirent, type Stats } from 'node:fs'
import path from 'node:path'

const isMagic = /[*?[]/
const anyFolders = '**'

export interface PatternProblem {
  /** The pattern, or the folder. */
  readonly place: string
  readonly message: string
}

export interface Expansion {
  /** In order; none where nothing matches. */
  readonly files: readonly string[]
  /** Why some may be missing. */
  readonly problems: readonly PatternProblem[]
}

/** Of these nothing is missing: a file where a folder would have to be, or what was removed meanwhile. */
const nothingThere: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR'])

/** What a part of the pattern, between slashes, matches; a string: only that name. Throws SyntaxError. */
function matcherOf(part: string): RegExp | string {
  if (!isMagic.test(part)) return part
  const source = part.replace(/\[([!^]?)([^\]]+)\]|[*?]|[^*?[]+|\[/g, (text, not: string, set?: string) => {
    if (text === '*') return '[^/]*'
    if (text === '?') return '[^/]'
    if (set !== undefined) return `[${not === '' ? '' : '^'}${set.replace(/[\\\]^]/g, '\\$&')}]`
    return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  return new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 's')
}

/** Null: nothing is there. Throws what else the system says. */
function statOf(name: string): Stats | null {
  try {
    return statSync(name)
  } catch (error) {
    if (nothingThere.has((error as NodeJS.ErrnoException).code)) return null
    throw error
  }
}

function isThere(name: string): boolean {
  try {
    return statOf(name) !== null
  } catch {
    return false
  }
}

/** The search for what one pattern matches. */
class Search {
  readonly problems: PatternProblem[] = []

  /** Folders that match are not meant. */
  #isFile(name: string): boolean {
    try {
      return statOf(name)?.isDirectory() === false
    } catch (error) {
      this.#note(name, 'look up', error as NodeJS.ErrnoException)
      return false
    }
  }

  *matches(folder: string, parts: readonly (RegExp | string)[]): Generator<string> {
    const [part = '', ...rest] = parts
    const last = rest.length === 0
    if (part === anyFolders) {
      for (const below of this.#foldersBelow(folder)) yield* this.matches(below, rest)
      return
    }
    const names = typeof part === 'string' ? [part] : this.#namesIn(folder, part)
    for (const name of names) {
      const full = path.join(folder, name)
      if (!last) yield* this.matches(full, rest)
      else if (this.#isFile(full)) yield full
    }
  }

  *#foldersBelow(folder: string): Generator<string> {
    yield folder
    for (const entry of this.#entriesOf(folder)) {
      // Links are not followed: one to a folder above would never end.
      if (!entry.isDirectory() || entry.name.startsWith('.')) continue
      yield* this.#foldersBelow(path.join(folder, entry.name))
    }
  }

  #namesIn(folder: string, pattern: RegExp): string[] {
    return this.#entriesOf(folder)
      .map(({ name }) => name)
      .filter((name) => pattern.test(name))
  }

  #entriesOf(folder: string): Dirent[] {
    const name = folder === '' ? '.' : folder
    try {
      const entries = readdirSync(name, { withFileTypes: true })
      return entries.sort((one, other) => (one.name < other.name ? -1 : 1))
    } catch (error) {
      this.#note(name, 'read folder', error as NodeJS.ErrnoException)
      return []
    }
  }

  #note(place: string, action: string, { code }: NodeJS.ErrnoException): void {
    if (nothingThere.has(code) || this.problems.some((problem) => problem.place === place)) return
    this.problems.push({ place, message: `cannot ${action} ${place}: ${code ?? 'unknown error'}` })
  }
}

/**
 * The files that an argument stands for: itself, if there is such a file or it is no pattern; else those that
 * match.
 */
export function expandPattern(argument: string): Expansion {
  if (!isMagic.test(argument) || isThere(argument)) return { files: [argument], problems: [] }
  const parts = argument.split('/').filter((part) => part !== '')
  // At the end it would be the files of one folder, and those below would pass for checked.
  if (parts.at(-1) === anyFolders) parts.push('*')
  const search = new Search()
  try {
    const matchers = parts.map((part) => (part === anyFolders ? part : matcherOf(part)))
    const files = [...new Set(search.matches(argument.startsWith('/') ? '/' : '', matchers))]
    return { files, problems: search.problems }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const message = `${argument} is no pattern: a range in brackets runs backwards`
    return { files: [], problems: [{ place: argument, message }] }
  }
}
