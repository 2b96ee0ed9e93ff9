// The files beside a path that a rotation may have put there: in the path's directory, under its name and a suffix
// that begins with a digit (log.1, log-20260131). One is open at a time, however many are kept.

import path from 'node:path'
import type { Completion, Door, DoorCall, Policy } from '../../door/door.js'
import { Lane } from '../../door/lane.js'
import { AppendError } from '../../errors/append-error.js'
import type { ErrorKind } from '../../errors/error-kind.js'
import { systemError } from '../../errors/make-error.js'
import { ReadingFile } from '../reading-file.js'
import { identify, type FileIdentity } from './file-identity.js'

export interface FoundFile {
  readonly file: ReadingFile
  readonly identity: FileIdentity
  /** It was opened by the path itself. */
  readonly viaPath: boolean
}

const suffix = /^[.-][0-9][0-9A-Za-z_:+.-]*$/
const compressed = /\.(gz|xz|zst|bz2|lz4)$/
const mostScans = 5

const missing: ReadonlySet<ErrorKind> = new Set(['NotFound', 'NotADirectory'])

function isMissing(error: unknown): boolean {
  return error instanceof AppendError && missing.has(error.kind)
}

/** It may not be opened, or is no regular file. */
function isNoneOfOurs(error: unknown): boolean {
  if (!(error instanceof AppendError)) return false
  return ['EACCES', 'EPERM', 'EISDIR', 'ELOOP', 'ENXIO', 'EINVAL'].includes(error.code)
}

async function openFile(door: Door, file: string, viaPath: boolean): Promise<FoundFile> {
  const opened = await ReadingFile.open(file, door)
  try {
    return { file: opened, identity: await identify(opened), viaPath }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** The file that the path leads to; null: none. */
export async function openPath(door: Door, file: string): Promise<FoundFile | null> {
  try {
    return await openFile(door, file, true)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** The file of this name beside the path; null: it is not there, or none of ours. */
export async function openSibling(door: Door, file: string, name: string): Promise<FoundFile | null> {
  try {
    return await openFile(door, path.join(path.dirname(file), name), false)
  } catch (error) {
    if (isMissing(error) || isNoneOfOurs(error)) return null
    throw error
  }
}

function* perform(call: DoorCall): Policy<Completion> {
  return yield call
}

/** Made where there are names to compare: it takes some ten milliseconds. */
let byNumber: Intl.Collator | null = null

function compareByNumber(one: string, other: string): number {
  byNumber ??= new Intl.Collator('en', { numeric: true })
  return byNumber.compare(one, other)
}

/** In the order in which names are shifted, log.1 to log.2: whoever goes through them in turn misses none. */
export async function listSiblings(door: Door, file: string): Promise<string[]> {
  const handle = door.file(file)
  try {
    for (let capacity = 64 * 1024; ; capacity *= 4) {
      const text = Buffer.alloc(capacity)
      const listed = await new Lane().run(perform(handle.listSiblings(text)))
      if (listed.errno !== 0) {
        const error = systemError(listed, { path: path.dirname(file), action: 'list' })
        if (error.code === 'ERANGE' && capacity < 2 ** 28) continue
        if (isMissing(error)) return []
        throw error
      }
      const base = path.basename(file)
      const names = text.toString('utf8', 0, listed.end).split('/')
      const rotated = names.filter((name) => {
        const rest = name.slice(base.length)
        return suffix.test(rest) && !compressed.test(rest)
      })
      return rotated.sort(compareByNumber)
    }
  } finally {
    handle.release()
  }
}

/**
 * Opens each in its turn, and closes it unless `visit` says that it keeps it. Again for names that have come
 * meanwhile: a rotation may have moved a file there.
 */
export async function visitSiblings(
  door: Door,
  file: string,
  visit: (found: FoundFile, name: string) => Promise<boolean>,
): Promise<void> {
  const seen = new Set<string>()
  for (let scans = 0; scans < mostScans; scans++) {
    const names = (await listSiblings(door, file)).filter((name) => !seen.has(name))
    if (names.length === 0) return
    for (const name of names) {
      seen.add(name)
      const found = await openSibling(door, file, name)
      if (found === null) continue
      let kept = false
      try {
        kept = await visit(found, name)
      } finally {
        if (!kept) await found.file.close()
      }
    }
  }
}
