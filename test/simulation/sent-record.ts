// What a recorder was given, and what it said of it: the only knowledge the verifier has.

export interface SentRecord {
  readonly actor: number
  readonly sequence: number
  readonly text: string
  /**
   * `given`: nothing was said yet. `acknowledged`: by its range, or by a flush. `refused`: it was not taken.
   * `failed`, `pending`, `indeterminate`: the state of the error. `open`: nothing can be expected of it (its
   * recorder was killed, or gave records up without saying which).
   */
  state: 'given' | 'acknowledged' | 'refused' | 'failed' | 'pending' | 'indeterminate' | 'open'
  range: { start: number; end: number } | null
  /** A promise of its own says what becomes of it. */
  readonly awaited: boolean
  /** It was acknowledged as being on the disk. */
  durable: boolean
}
