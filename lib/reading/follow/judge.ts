// What a line of a followed file holds: a record, nothing, or damage that is told, left out or salvaged.

import type { DamageKind } from '../../damage/damage.js'
import { excerptOf } from '../../damage/excerpt.js'
import { inspectLine, type SalvagedRecord } from '../../damage/inspect-line.js'
import { learnShape, shapeMostBytes } from '../../damage/record-shape.js'
import { isBlank, wholeValue, type ValueInLine } from '../../damage/whole-value.js'
import { startOfLine } from '../line-start.js'
import { isWanted } from '../on-damage.js'
import type { FollowedFile } from './followed-file.js'
import type { WholeLine } from './line-reader.js'
import type { ResolvedFollowOptions } from './options.js'

/** A record with the text that it stands for. */
export interface RecordText {
  readonly value: unknown
  readonly start: number
  readonly end: number
  /** "DEVICE:INODE". */
  readonly file: string
  /** Its JSON text. */
  readonly text: Buffer
}

const bom = Buffer.of(0xef, 0xbb, 0xbf)
const noBytes = Buffer.alloc(0)

/** What a line was found to be at first sight. */
export interface Verdict {
  /** It is neither a record nor blank. */
  readonly damaged: boolean
  /** Of a whole line with its LF; null: there is none. */
  readonly whole: ValueInLine | null
  /** Where the inspected bytes begin in the file. */
  readonly start: number
  /** Without the LF, and without a byte order mark; null: too many. */
  readonly bytes: Buffer | null
  readonly ended: boolean
}

interface Inspected {
  readonly kind: DamageKind
  readonly records: readonly SalvagedRecord[]
}

export class Judge {
  readonly #file: FollowedFile
  readonly #options: ResolvedFollowOptions
  #isRecord: ((value: unknown) => boolean) | null = null
  /** How long the file was when its shape was learnt. */
  #learntAt = 0

  constructor(file: FollowedFile, options: ResolvedFollowOptions) {
    this.#file = file
    this.#options = options
  }

  /** bytes: without the LF; null: too many. */
  inspect(bytes: Buffer | null, start: number, ended: boolean): Verdict {
    if (bytes === null) return { damaged: true, whole: null, start, bytes, ended }
    const marked = start === 0 && bytes.subarray(0, bom.length).equals(bom)
    const text = marked ? bytes.subarray(bom.length) : bytes
    const whole = ended ? wholeValue(text) : null
    const damaged = whole === null && !isBlank(text)
    return { damaged, whole, start: marked ? bom.length : start, bytes: text, ended }
  }

  /** The record of a line that is whole; none of a blank one. */
  whole(verdict: Verdict, line: WholeLine): RecordText[] {
    return verdict.whole === null ? [] : this.#wanted([verdict.whole], verdict, line)
  }

  /** Damage: what is to be delivered of it. Throws DamageError, or what the caller's function throws. */
  async salvage(verdict: Verdict, line: WholeLine): Promise<RecordText[]> {
    const { kind, records } = await this.#look(verdict)
    return (await this.#isToSalvage(kind, verdict, line)) ? this.#wanted(records, verdict, line) : []
  }

  /** By the same names, and the same notion of a record, as every reader. */
  async #look({ bytes, ended }: Verdict): Promise<Inspected> {
    if (bytes === null) return { kind: 'oversize', records: [] }
    const { kind, records } = inspectLine(bytes, ended, await this.#shape())
    return { kind: kind ?? 'not-json', records }
  }

  /** Learnt again when much has come to the part that it is learnt from, or the file has other content. */
  async #shape(): Promise<(value: unknown) => boolean> {
    if (this.#options.isRecord !== null) return this.#options.isRecord
    const { size } = this.#file
    const grown = this.#learntAt < shapeMostBytes && size >= 2 * this.#learntAt
    if (this.#isRecord === null || grown || size < this.#learntAt) {
      this.#isRecord = await learnShape(this.#file.file)
      this.#learntAt = size
    }
    return this.#isRecord
  }

  #wanted(found: readonly ValueInLine[], verdict: Verdict, line: WholeLine): RecordText[] {
    const records = found.map((one) => this.#toRecord(one, verdict, line))
    return records.filter(({ start }) => start >= this.#file.threshold)
  }

  #toRecord({ value, start, end }: ValueInLine, verdict: Verdict, line: WholeLine): RecordText {
    const { bytes, ended } = verdict
    const text = bytes ?? noBytes
    const closes = ended && isBlank(text.subarray(end))
    return {
      value,
      start: verdict.start + start,
      end: closes ? line.end : verdict.start + end,
      file: this.#file.identity.file,
      text: text.subarray(start, end),
    }
  }

  /** Tells of the damage. Throws DamageError. */
  async #isToSalvage(kind: DamageKind, verdict: Verdict, line: WholeLine): Promise<boolean> {
    const { onDamage } = this.#options
    // Damage that began before is not ours, but records behind it may be.
    if (line.start < this.#file.threshold) return onDamage === 'salvage' || typeof onDamage === 'function'
    const { file } = this.#file
    const excerpt = excerptOf(verdict.bytes ?? (await startOfLine(file, line)))
    // Lines are not counted: a fragment that is taken back may take line feeds with it.
    const damage = { kind, start: verdict.start, end: line.end, line: 0, lines: 1, excerpt }
    return isWanted(onDamage, file.path, damage)
  }
}
