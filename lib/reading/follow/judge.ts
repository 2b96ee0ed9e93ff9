// What a line of a followed file holds: a record, nothing, or damage that is told, left out or salvaged.

import { harmlessKinds, type Damage, type DamageKind } from '../../damage/damage.js'
import { DamageError } from '../../damage/damage-error.js'
import { excerptOf } from '../../damage/excerpt.js'
import { inspectLine, type Inspection, type SalvagedRecord } from '../../damage/inspect-line.js'
import { learnShape } from '../../damage/record-shape.js'
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

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a)
}

/** What a line was found to be. */
export class Verdict {
  readonly kind: DamageKind | null
  readonly inspection: Inspection | null
  /** Where the inspected bytes begin in the file. */
  readonly start: number
  readonly bytes: Buffer

  constructor(kind: DamageKind | null, inspection: Inspection | null, start: number, bytes: Buffer) {
    this.kind = kind
    this.inspection = inspection
    this.start = start
    this.bytes = bytes
  }

  get damaged(): boolean {
    return this.kind !== null && !harmlessKinds.has(this.kind)
  }
}

export class Judge {
  readonly #file: FollowedFile
  readonly #options: ResolvedFollowOptions
  #isRecord: ((value: unknown) => boolean) | null

  constructor(file: FollowedFile, options: ResolvedFollowOptions) {
    this.#file = file
    this.#options = options
    this.#isRecord = options.isRecord
  }

  /** bytes: without the LF; null: too many. */
  inspect(bytes: Buffer | null, start: number, ended: boolean): Verdict {
    if (bytes === null) return new Verdict('oversize', null, start, noBytes)
    const marked = start === 0 && bytes.subarray(0, bom.length).equals(bom)
    const text = marked ? bytes.subarray(bom.length) : bytes
    const inspection = inspectLine(text, ended, () => false)
    return new Verdict(inspection.kind, inspection, marked ? start + bom.length : start, text)
  }

  /** The record of a line that is whole; none of a blank one. */
  whole(verdict: Verdict, line: WholeLine): RecordText[] {
    return this.#wanted(verdict.inspection?.records ?? [], verdict, line)
  }

  /** Damage: what is to be delivered of it. Throws DamageError, or what the caller's function throws. */
  async salvage(verdict: Verdict, line: WholeLine): Promise<RecordText[]> {
    if (!this.#isToSalvage(verdict, line) || verdict.inspection === null) return []
    this.#isRecord ??= await learnShape(this.#file.file)
    const { records } = inspectLine(verdict.bytes, verdict.kind !== 'torn-tail', this.#isRecord)
    return this.#wanted(records, verdict, line)
  }

  #wanted(found: readonly SalvagedRecord[], verdict: Verdict, line: WholeLine): RecordText[] {
    const records = found.map((one) => this.#toRecord(one, verdict, line))
    return records.filter(({ start }) => start >= this.#file.threshold)
  }

  #toRecord({ value, start, end }: SalvagedRecord, verdict: Verdict, line: WholeLine): RecordText {
    const { bytes } = verdict
    const closes = isBlank(bytes.subarray(end)) && line.end > verdict.start + bytes.length
    return {
      value,
      start: verdict.start + start,
      end: closes ? line.end : verdict.start + end,
      file: this.#file.identity.file,
      text: bytes.subarray(start, end),
    }
  }

  /** Tells of the damage. Throws DamageError. */
  #isToSalvage({ kind, bytes }: Verdict, { start, end }: WholeLine): boolean {
    const { onDamage } = this.#options
    if (kind === null || onDamage === 'skip') return false
    // Damage that began before is not ours, but records behind it may be.
    if (onDamage === 'salvage' || start < this.#file.threshold) return onDamage !== 'throw'
    const damage: Damage = { kind, start, end, line: 0, lines: 1, excerpt: excerptOf(bytes) }
    const action = typeof onDamage === 'function' ? onDamage(damage) : onDamage
    if (action === 'throw') throw new DamageError(this.#file.file.path, damage)
    return action === 'salvage'
  }
}
