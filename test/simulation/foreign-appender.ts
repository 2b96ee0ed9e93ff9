// Another program that appends to the same file and knows nothing of us: whole lines, lines in two halves,
// or a half and then death.

import type { ForeignStyle } from './chaos.js'
import type { Open, World } from './world.js'

export class ForeignAppender {
  readonly #world: World
  readonly #path: string
  readonly #style: ForeignStyle
  readonly #spared: boolean
  readonly #keepsOpen: boolean
  #actor: number
  #open: Open | null = null
  #rest: Buffer | null = null
  #sequence = 0

  constructor(world: World, path: string, style: ForeignStyle, spared: boolean) {
    this.#world = world
    this.#path = path
    this.#style = style
    this.#spared = spared
    this.#keepsOpen = world.random.once(2)
    this.#actor = world.nextId()
  }

  act(): void {
    this.#open ??= this.#world.open(this.#path, this.#actor)
    if (this.#rest === null) this.#startLine()
    else this.#put(this.#rest, null)
    if (this.#rest === null && !this.#keepsOpen) this.#close()
  }

  /** A power cut, or its own death: another one takes its place. */
  die(): void {
    this.#close()
    this.#world.dead.add(this.#actor)
    this.#actor = this.#world.nextId()
    this.#rest = null
  }

  #startLine(): void {
    const { random } = this.#world
    const text = JSON.stringify({
      foreign: this.#actor,
      s: this.#sequence++,
      p: 'f'.repeat(random.below(30)),
    })
    const line = Buffer.from(`${text}\n`)
    if (this.#style === 'whole') {
      this.#put(line, null)
      return
    }
    // The line and its LF, or a cut anywhere.
    const cut = random.once(2) ? line.length - 1 : random.between(1, line.length - 1)
    if (this.#style === 'dies' && random.once(3)) {
      this.#put(line.subarray(0, cut), null)
      this.die()
      return
    }
    this.#put(line.subarray(0, cut), line.subarray(cut))
  }

  #put(bytes: Buffer, rest: Buffer | null): void {
    this.#rest = rest
    if (this.#open === null) return
    if (this.#spared) {
      this.#world.land(this.#open, bytes)
      return
    }
    // As fs.appendFile does, it neither repairs nor tries again.
    const { errno, written } = this.#world.append(this.#open, bytes)
    if (errno !== 0 || written < bytes.length) this.#rest = null
    this.#world.note(`foreign ${this.#actor} wrote ${written} of ${bytes.length}`)
  }

  #close(): void {
    if (this.#open !== null) this.#world.close(this.#open)
    this.#open = null
  }
}
