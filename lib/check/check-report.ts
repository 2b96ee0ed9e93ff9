// What a check found, gathered while it runs: counts that are exact, and lists that have a bound.

import { harmlessKinds, type Damage, type DamageKind } from '../damage/damage.js'

export interface CheckReport {
  readonly path: string
  /** How long the file was; of one that shrank meanwhile, how much of it was read. */
  readonly bytes: number
  /** Of any kind; the last one may lack its LF. */
  readonly lines: number
  /** Lines that are one whole record. */
  readonly records: number
  /** Whole records that stand on damaged lines. */
  readonly salvageable: number
  /** It does not begin like JSON Lines, but like text or another format. Opening it for recording refuses it. */
  readonly otherFormat: boolean
  /** There is no damage. What every reader gets over is none. */
  readonly ok: boolean
  /** The damaged lines, in the order of the file; the first `maxDamage` of them. */
  readonly damage: readonly Damage[]
  /** What readers get over (`bom`, `crlf`, `blank`, `erased`, `empty-file`), likewise. */
  readonly harmless: readonly Damage[]
  /** How many lines of each kind were found: exact, whatever the lists hold. */
  readonly counts: Readonly<Partial<Record<DamageKind, number>>>
  /** More was found than a list holds. */
  readonly truncated: boolean
}

/** Of the two that may start at the same byte, the blanks stand before the record, and the CR behind it. */
function inOrder(one: Damage, other: Damage): number {
  return one.start - other.start || Number(one.kind === 'crlf') - Number(other.kind === 'crlf')
}

/**
 * Puts it at its place, and leaves out what is behind the first `most`. False: something is left out. Nearly all come in
 * order, but a run of lines only when it is over, so the place is looked for from the end.
 */
function insert(list: Damage[], damage: Damage, most: number): boolean {
  let at = list.length
  for (let before = list[at - 1]; before !== undefined && inOrder(before, damage) > 0; before = list[at - 1])
    at--
  list.splice(at, 0, damage)
  if (list.length <= most) return true
  list.pop()
  return false
}

export class ReportBuilder {
  readonly #path: string
  readonly #maxDamage: number
  readonly #damage: Damage[] = []
  readonly #harmless: Damage[] = []
  readonly #counts: Partial<Record<DamageKind, number>> = {}
  #ok = true
  #truncated = false
  records = 0
  salvageable = 0
  otherFormat = false

  constructor(path: string, maxDamage: number) {
    this.#path = path
    this.#maxDamage = maxDamage
  }

  add(damage: Damage): void {
    const harmless = harmlessKinds.has(damage.kind)
    if (!harmless) this.#ok = false
    this.#counts[damage.kind] = (this.#counts[damage.kind] ?? 0) + damage.lines
    const list = harmless ? this.#harmless : this.#damage
    if (!insert(list, damage, this.#maxDamage)) this.#truncated = true
  }

  finish(bytes: number, lines: number): CheckReport {
    return {
      path: this.#path,
      bytes,
      lines,
      records: this.records,
      salvageable: this.salvageable,
      otherFormat: this.otherFormat,
      ok: this.#ok,
      damage: this.#damage,
      harmless: this.#harmless,
      counts: this.#counts,
      truncated: this.#truncated,
    }
  }
}
