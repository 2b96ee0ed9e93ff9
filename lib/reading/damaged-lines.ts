// What a reader does with a line that is neither a record nor blank: what the caller wants done about damage. What a record of the file looks like is learnt when it is first needed.

import { excerptOf } from '../damage/excerpt.js'
import { inspectLazily, type LazyInspection, type RecordTest } from '../damage/inspect-line.js'
import { learnShape } from '../damage/record-shape.js'
import { foundBatches } from './found-batches.js'
import type { FoundRecord } from './found-record.js'
import { startOfLine } from './line-start.js'
import { isWanted, type OnDamage } from './on-damage.js'
import type { Line } from './read-lines.js'
import type { ResolvedReadOptions } from './read-options.js'
import type { ReadingFile } from './reading-file.js'

export class DamagedLines {
  readonly #file: ReadingFile
  readonly #onDamage: OnDamage
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
    const excerpt = excerptOf(bytes ?? (await startOfLine(this.#file, line)))
    const damage = { kind, start, end, line: number, lines: 1, excerpt }
    const wanted = await isWanted(this.#onDamage, this.#file.path, damage)
    return wanted ? foundBatches(line, records, this.#reverse) : []
  }

  async #inspect({ bytes, ended }: Line): Promise<LazyInspection> {
    if (bytes === null) return { kind: 'oversize', records: [] }
    this.#isRecord ??= await learnShape(this.#file)
    return inspectLazily(bytes, ended, this.#isRecord)
  }
}
