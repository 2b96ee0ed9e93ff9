// The second name under which the original is kept: `<path>.damaged`, or with a number behind it where that is
// taken. A second name and not another copy: the file is under its path all the while, until the healed one takes
// that. A repair that was killed in between has left such a name, and the next one finds it.

import type { Door, Policy } from '../door/door.js'
import { AppendError } from '../errors/append-error.js'
import { nameError } from '../errors/error-names.js'
import { ownError, systemError } from '../errors/make-error.js'
import { ReadingFile } from '../reading/reading-file.js'
import { resolveLinks, type Original } from './original.js'

export interface SecondName {
  readonly name: string
  /** The original has it already. */
  readonly taken: boolean
}

/** What the file of this name is; null: there is none; '': it cannot be looked at. */
export async function identityOf(door: Door, name: string): Promise<string | null> {
  let file: ReadingFile
  try {
    file = await ReadingFile.open(name, door)
  } catch (error) {
    if (!(error instanceof AppendError)) throw error
    return error.kind === 'NotFound' ? null : ''
  }
  try {
    return await file.identity()
  } finally {
    await file.close()
  }
}

function nameOf(path: string, number: number): string {
  return number === 0 ? `${path}.damaged` : `${path}.damaged.${number}`
}

/** A symbolic link that leads to a file is no name that keeps it. The original's path has no links in it. */
function isLink(original: Original, door: Door, name: string): Promise<boolean> {
  return original.run(
    (function* (): Policy<boolean> {
      return (yield* resolveLinks(door, name)) !== name
    })(),
  )
}

/** The first one that is free, or that the original has. Nothing is changed. */
export async function findSecondName(door: Door, original: Original, from = 0): Promise<SecondName> {
  for (let number = from; ; number++) {
    const name = nameOf(original.path, number)
    const identity = await identityOf(door, name)
    if (identity === null) return { name, taken: false }
    if (identity !== original.facts.identity) continue
    if (!(await isLink(original, door, name))) return { name, taken: true }
  }
}

/** Refuses a file that has names of others: under those it would stay damaged. */
export function refuseSeveralNames({ path, facts }: Original, { taken }: SecondName): void {
  const others = facts.names - (taken ? 2 : 1)
  if (others <= 0) return
  throw ownError('ERR_SEVERAL_NAMES', 'Unsupported', {
    path,
    action: 'repair',
    note: `it has ${facts.names} names (hard links), and would stay damaged under the others; \`output\` writes a healed copy elsewhere`,
  })
}

function* link(original: Original, name: string): Policy<'done' | 'exists'> {
  const linked = yield original.door.link(name)
  if (linked.errno === 0) return 'done'
  if (nameError(linked.errno).code === 'EEXIST') return 'exists'
  const note = 'the original cannot be kept under a second name; `output` writes a healed copy elsewhere'
  throw systemError(linked, { path: name, action: 'repair', note })
}

/** Gives the original its second name. */
export async function keepOriginal(door: Door, original: Original): Promise<SecondName> {
  for (let number = 0; ; number++) {
    const found = await findSecondName(door, original, number)
    if (found.taken) return found
    // Something that cannot be looked at may have the name, a dangling link say, or somebody was faster.
    if ((await original.run(link(original, found.name))) === 'done') return found
    number = Number(/\d+$/.exec(found.name.slice(original.path.length))?.[0] ?? 0)
  }
}

/** Takes the second name away again, if the path still leads to the original: else it is its only one. */
function* forget(door: Door, original: Original, name: string): Policy<void> {
  const led = yield original.door.leadsTo()
  if (led.errno !== 0 || led.detail !== 1) return
  const file = door.file(name)
  yield file.unlink()
  file.release()
}

/** Where the original was not replaced: it has one name again. */
export async function forgetSecondName(door: Door, original: Original, second: SecondName): Promise<void> {
  if (!second.taken) await original.run(forget(door, original, second.name))
}
