// The files that are done: read to their end, or older than the one that following began with. None is delivered
// again, though the clock of the file system cannot tell their births apart; where one comes back to the path, it
// goes on where it was.

import { isSame, type FileIdentity } from './file-identity.js'
import type { FilePosition } from './followed-file.js'

const mostPositions = 64
const mostIdentities = 1024
/** So many are kept in a cursor. */
const mostKept = 256

export class FinishedFiles {
  #positions: FilePosition[] = []
  #identities: FileIdentity[] = []

  /** What a cursor has kept. */
  constructor(kept: readonly FileIdentity[] = []) {
    this.#identities = [...kept]
  }

  finish(position: FilePosition): void {
    this.#positions = [...this.#positions, position].slice(-mostPositions)
    this.passOver(position)
  }

  passOver({ file, born }: FileIdentity): void {
    const others = this.#identities.filter((one) => !isSame(one, { file, born }))
    this.#identities = [...others, { file, born }].slice(-mostIdentities)
  }

  has(identity: FileIdentity): boolean {
    return this.#identities.some((one) => isSame(one, identity))
  }

  /** Where reading ended in it; null: that is not known. */
  positionIn(identity: FileIdentity): FilePosition | null {
    return this.#positions.findLast((done) => isSame(done, identity)) ?? null
  }

  /** Those that could be taken for younger than this one. */
  toKeep({ born }: FileIdentity): FileIdentity[] {
    return this.#identities.filter((one) => one.born === 0 || one.born >= born).slice(-mostKept)
  }
}
