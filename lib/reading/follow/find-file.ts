// Which file is it that a path led to, and which comes next? A file that is rotated away stays in its directory
// under the path's name and a suffix that begins with a digit (log.1, log-20260131); several rotations may have
// happened between two looks. What came to be after the path was last seen to lead to the old file is younger.

import path from 'node:path'
import type { Completion, Door, DoorCall, Policy } from '../../door/door.js'
import { Lane } from '../../door/lane.js'
import { AppendError } from '../../errors/append-error.js'
import { systemError } from '../../errors/make-error.js'
import { ReadingFile } from '../reading-file.js'
import { identify, isSame, type FileIdentity } from './file-identity.js'

export interface FoundFile {
  readonly file: ReadingFile
  readonly identity: FileIdentity
  /** It was opened by the path itself. */
  readonly viaPath: boolean
}

interface Candidate extends FoundFile {
  /** Its birth, or where that is unknown its last change. */
  readonly age: number
  readonly modified: number
}

const suffix = /^[.-][0-9][0-9A-Za-z_:+.-]*$/
const compressed = /\.(gz|xz|zst|bz2|lz4)$/
/** Clocks of file systems are coarse, and may be those of another machine. */
const slackMicroseconds = 2_000_000
const mostScans = 5

function isMissing(error: unknown): boolean {
  return error instanceof AppendError && (error.kind === 'NotFound' || error.kind === 'NotADirectory')
}

/** null: nothing is there. */
async function openFile(door: Door, file: string, viaPath: boolean): Promise<FoundFile | null> {
  try {
    const opened = await ReadingFile.open(file, door)
    return { file: opened, identity: await identify(opened), viaPath }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** The file that the path leads to; null: none. */
export function openPath(door: Door, file: string): Promise<FoundFile | null> {
  return openFile(door, file, true)
}

function* perform(call: DoorCall): Policy<Completion> {
  return yield call
}

/** Names beside the path that a rotation may have given. */
async function listRotated(door: Door, file: string): Promise<string[]> {
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
      return names.filter((name) => {
        const rest = name.slice(base.length)
        return suffix.test(rest) && !compressed.test(rest)
      })
    }
  } finally {
    handle.release()
  }
}

/** A sibling that may not be opened, or is no file, is none of ours. */
async function openSibling(door: Door, file: string): Promise<FoundFile | null> {
  try {
    return await openFile(door, file, false)
  } catch (error) {
    if (error instanceof AppendError) return null
    throw error
  }
}

async function scan(door: Door, file: string): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  for (const name of await listRotated(door, file)) {
    const sibling = await openSibling(door, path.join(path.dirname(file), name))
    if (sibling !== null) found.push(sibling)
  }
  return found
}

export async function closeAll(files: Iterable<FoundFile>): Promise<void> {
  for (const { file } of files) await file.close()
}

function withoutDoubles(files: readonly FoundFile[]): FoundFile[] {
  return files.filter(({ identity }, i) => files.findIndex((other) => isSame(other.identity, identity)) === i)
}

/** All siblings; again for as long as a rotation may have moved one from a name not looked at yet to one that was. */
async function openSiblings(door: Door, file: string): Promise<FoundFile[]> {
  let found: FoundFile[] = []
  for (let scans = 0; scans < mostScans; scans++) {
    const known = found.length
    const all = [...found, ...(await scan(door, file))]
    found = withoutDoubles(all)
    await closeAll(all.filter((one) => !found.includes(one)))
    if (scans > 0 && found.length === known) break
  }
  return found
}

/** The file by its identity, among the siblings of the path; null: it is not there. */
export async function findSibling(door: Door, file: string, wanted: FileIdentity): Promise<FoundFile | null> {
  const siblings = await openSiblings(door, file)
  const found = siblings.find(({ identity }) => isSame(identity, wanted)) ?? null
  await closeAll(siblings.filter((one) => one !== found))
  return found
}

async function toCandidate(found: FoundFile): Promise<Candidate> {
  const { born, modified } = await found.file.times()
  return { ...found, age: born === 0 ? modified : born, modified }
}

/** The file that is left. */
export interface LeftFile {
  readonly identity: FileIdentity
  /** When the path was last seen to lead to it, in microseconds since 1970. */
  readonly seenAt: number
}

/**
 * The file to read after the one that is left: the oldest sibling that came to be after it, is not `done`, and is
 * older than the file that the path leads to now; else that one. null: there is none yet.
 */
export async function findNext(
  door: Door,
  file: string,
  left: LeftFile,
  isDone: (identity: FileIdentity) => boolean,
): Promise<FoundFile | null> {
  const now = await openPath(door, file)
  const siblings = await openSiblings(door, file)
  const all = await Promise.all(siblings.map(toCandidate))
  const pathAge = now === null ? Infinity : (await toCandidate(now)).age
  const youngerThan = Math.max(left.identity.born, left.seenAt - slackMicroseconds)
  const between = all.filter(({ identity, age }) => {
    if (isDone(identity) || isSame(identity, left.identity)) return false
    if (now !== null && isSame(identity, now.identity)) return false
    return age >= youngerThan && age <= pathAge
  })
  between.sort((one, other) => one.age - other.age || one.modified - other.modified)
  const [first] = between
  const next = first ?? (now !== null && !isSame(now.identity, left.identity) ? now : null)
  const others = [...siblings, ...(now === null ? [] : [now])].filter(
    ({ file: other }) => other !== next?.file,
  )
  await closeAll(others)
  return next
}
