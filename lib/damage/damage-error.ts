// A record that cannot be read, told to the caller of a reader.

import type { ByteRange } from '../byte-range.js'
import { shareWithCopies } from '../errors/copies.js'
import type { Damage, DamageKind } from './damage.js'

/**
 * A line that is damaged, or a range that holds no record. Which is told by `kind` and `range`; `message` is for
 * people.
 */
export class DamageError extends Error implements Damage {
  override readonly name = 'DamageError'
  readonly kind: DamageKind
  readonly path: string
  /** In bytes from the start of the file: of the line, its LF included. */
  readonly start: number
  readonly end: number
  /** The number of the line, from 1; 0: not known (see {@link Damage}). */
  readonly line: number
  readonly lines = 1
  /** The start of the line as printable text. */
  readonly excerpt: string

  /** @internal */
  constructor(path: string, damage: Omit<Damage, 'lines'>, what: string = damage.kind) {
    const { kind, start, end, line, excerpt } = damage
    const where = `[${start}, ${end})${line > 0 ? `, line ${line}` : ''}`
    super(`read ${path}: ${what} at ${where}: ${excerpt}`)
    this.kind = kind
    this.path = path
    this.start = start
    this.end = end
    this.line = line
    this.excerpt = excerpt
  }

  /** The same as `start` and `end`. */
  get range(): ByteRange {
    return { start: this.start, end: this.end }
  }
}

shareWithCopies(DamageError, 'DamageError')
