// Lines that were refused: the first ones told in words, all of them counted.

import { printable } from '../printable.js'
import { formatNoun } from './format.js'

const toldMost = 20

export class Refusals {
  readonly #tell: (text: string) => void
  count = 0

  constructor(tell: (text: string) => void) {
    this.#tell = tell
  }

  /** `reason` is asked for only if it is told. */
  add(line: number, reason: () => string): void {
    this.count++
    if (this.count <= toldMost) this.#tell(`line ${line}: ${printable(reason())}`)
  }

  /** Says how many more there were. */
  finish(): void {
    if (this.count > toldMost) this.#tell(`${formatNoun(this.count - toldMost, 'more line')} refused`)
  }
}
