// What a reader does with a line that is neither a record nor blank: what the caller wants done about damage. What a record of the file looks like is learnt when it is first needed.

import type { Damage } from '../damage/damage.js'
import { DamageError } from '../damage/damage-error.js'
import { excerptBytes, excerptOf } from '../damage/excerpt.js'
import { inspectLazily, type LazyInspection, type RecordTest } from '../damage/inspect-line.js'
import { learnShape } from '../damage/record-shape.js'
import { foundBatches } from './found-batches.js'
import type { FoundRecord } from './found-record.js'
import type { Line } from './read-lines.js'
import type { ResolvedReadOptions } from './read-options.js'
import type { ReadingFile } from './reading-file.js'

export class DamagedLines {
  readonly #file: ReadingFile
  readonly #onDamage: ResolvedReadOptions['onDamage']
  readonly #reverse: boolean
  #isRecord: RecordTest | undefined

  constructor(file: ReadingFile, options: ResolvedReadOptions) {
    this.#file = file
    this.#onDamage = options.onDamage
    this.#reverse = options.reverse
    this.#isRecord = options.isRecord
  }

  /** The records of the line that are to be delivered. Throws DamageError where the caller wants that. */
  async recordsOf(line: Line, number: number): Promise<Iterable<FoundRecord[]>> {
    const { bytes, start, end } = line
    const { kind, records } = await this.#inspect(line)
    if (kind === null) return foundBatches(line, records, false)
    const excerpt = excerptOf(bytes ?? (await this.#startOf(line)))
    const wanted = this.#isWanted({ kind, start, end, line: number, lines: 1, excerpt })
    return wanted ? foundBatches(line, records, this.#reverse) : []
  }

  async #inspect({ bytes, ended }: Line): Promise<LazyInspection> {
    if (bytes === null) return { kind: 'oversize', records: [] }
    this.#isRecord ??= await learnShape(this.#file)
    return inspectLazily(bytes, ended, this.#isRecord)
  }

  /** Are the records of the line to be delivered? */
  #isWanted(damage: Damage): boolean {
    // The value is whole, and nobody wants to lose it.
    const whole = damage.kind === 'missing-newline'
    const wish = whole ? 'salvage' : this.#onDamage
    const action = typeof this.#onDamage === 'function' ? this.#onDamage(damage) : wish
    if (action === 'throw') throw new DamageError(this.#file.path, damage)
    return whole || action === 'salvage'
  }

  async #startOf({ start, end, ended }: Line): Promise<Buffer> {
    const bytes = Buffer.alloc(Math.min(excerptBytes, end - start - (ended ? 1 : 0)))
    return bytes.subarray(0, await this.#file.readAt(bytes, start))
  }
}
