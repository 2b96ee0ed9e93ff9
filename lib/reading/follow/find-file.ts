// Which file is it that a path led to, and which comes next? Several rotations may have happened between two
// looks. What came to be after the path was last seen to lead to the old file is younger.

import type { Door } from '../../door/door.js'
import { isCopy, type Memory } from './copies.js'
import { isSame, type FileIdentity } from './file-identity.js'
import type { FollowedFile } from './followed-file.js'
import type { FinishedFiles } from './finished-files.js'
import { listSiblings, openPath, openSibling, visitSiblings, type FoundFile } from './siblings.js'

interface Candidate {
  readonly identity: FileIdentity
  readonly name: string
  /** Its birth, or where that is unknown its last change. */
  readonly age: number
  readonly modified: number
}

/** Clocks of file systems are coarse, and may be those of another machine. */
const slackMicroseconds = 2_000_000
/** How long a search that found nothing is not repeated while the directory holds the same names. */
const vainMs = 30_000

/** The file that is left. */
export interface LeftFile {
  readonly identity: FileIdentity
  /** When the path was last seen to lead to it, in microseconds since 1970. */
  readonly seenAt: number
  /** What it held. */
  readonly memories: readonly Memory[]
}

async function toCandidate({ file, identity }: FoundFile, name: string): Promise<Candidate> {
  const { born, modified } = await file.times()
  return { identity, name, age: born === 0 ? modified : born, modified }
}

function isAfter({ age }: Candidate, left: Omit<LeftFile, 'memories'>): boolean {
  return age >= Math.max(left.identity.born, left.seenAt - slackMicroseconds)
}

/** Several may come to be in one tick of the clock: then names tell, log.2 before log.1, log.0041 before log.0042. */
function compare(one: Candidate, other: Candidate): number {
  const byTime = one.age - other.age || one.modified - other.modified
  if (byTime !== 0) return byTime
  const [first, second] = [one, other].map(({ name }) => /\.(0|[1-9][0-9]{0,2})$/.exec(name)?.[1])
  if (first !== undefined && second !== undefined) return Number(second) - Number(first)
  return one.name < other.name ? -1 : 1
}

export class Generations {
  readonly #door: Door
  readonly #path: string
  /** What comes after the one that was found last, by a search that need not be repeated. */
  #queue: Candidate[] = []
  /** What a search in vain has seen. */
  #vain: { names: string; againAt: number } | null = null

  constructor(door: Door, path: string) {
    this.#door = door
    this.#path = path
  }

  /** The file by its identity, among the siblings of the path; null: it is not there. */
  async findSibling(wanted: FileIdentity): Promise<FoundFile | null> {
    let found: FoundFile | null = null
    await visitSiblings(this.#door, this.#path, (sibling) => {
      const keep = found === null && isSame(sibling.identity, wanted)
      if (keep) found = sibling
      return Promise.resolve(keep)
    })
    return found
  }

  /** Siblings of the file at the path that will look younger than it, or as old: they were rotated before. */
  async findOlder(current: FollowedFile): Promise<FileIdentity[]> {
    const older: FileIdentity[] = []
    await visitSiblings(this.#door, this.#path, async (sibling, name) => {
      const candidate = await toCandidate(sibling, name)
      if (isAfter(candidate, current) && !isSame(sibling.identity, current.identity)) {
        older.push(sibling.identity)
      }
      return false
    })
    // Else some may have come to be after it.
    return (await current.file.leadsHere()) ? older : []
  }

  /**
   * The file to read after the one that is left: the oldest sibling that came to be after it, is not finished, and is
   * older than the file that the path leads to now; else that one. null: there is none yet.
   */
  async findNext(left: LeftFile, finished: FinishedFiles): Promise<FoundFile | null> {
    const queued = await this.#openQueued(finished)
    if (queued !== null) return queued
    const now = await openPath(this.#door, this.#path)
    let next: FoundFile | null = null
    try {
      if (now !== null || !(await this.#isInVain())) next = await this.#search(now, left, finished)
      if (next !== null) this.#vain = null
      if (next === null && now !== null && !isSame(now.identity, left.identity)) next = now
      return next
    } finally {
      if (next !== now) await now?.file.close()
    }
  }

  async #search(now: FoundFile | null, left: LeftFile, finished: FinishedFiles): Promise<FoundFile | null> {
    const pathAge = now === null ? Infinity : (await toCandidate(now, '')).age
    const found: Candidate[] = []
    await visitSiblings(this.#door, this.#path, async (sibling, name) => {
      const { identity } = sibling
      if (finished.has(identity) || isSame(identity, left.identity)) return false
      if (now !== null && isSame(identity, now.identity)) return false
      const candidate = await toCandidate(sibling, name)
      const isKnown = found.some((other) => isSame(other.identity, identity))
      if (isKnown || !isAfter(candidate, left) || candidate.age > pathAge) return false
      // A file that was rotated away came to the path later.
      if (candidate.age <= left.seenAt && (await isCopy(sibling.file, left.memories))) return false
      found.push(candidate)
      return false
    })
    this.#queue = found.sort(compare)
    const [first] = found
    if (first === undefined) return null
    // It may have been given another name in between.
    return (await this.#openQueued(finished)) ?? (await this.findSibling(first.identity))
  }

  /** Whatever came to be since is younger than all of the queue. */
  async #openQueued(finished: FinishedFiles): Promise<FoundFile | null> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (finished.has(next.identity)) continue
      const found = await openSibling(this.#door, this.#path, next.name)
      if (found !== null && isSame(found.identity, next.identity)) return found
      await found?.file.close()
      // Names were shifted: a search finds where the rest is now.
      this.#queue = []
    }
    return null
  }

  /** Nothing is at the path, and nothing has come beside it since a search found nothing. */
  async #isInVain(): Promise<boolean> {
    const names = (await listSiblings(this.#door, this.#path)).join('/')
    const now = this.#door.now()
    if (this.#vain?.names === names && now < this.#vain.againAt) return true
    this.#vain = { names, againAt: now + vainMs }
    return false
  }
}
