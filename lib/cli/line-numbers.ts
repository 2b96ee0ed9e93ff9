// From the n-th record given to the recorder back to the line of input it came from, for the records that
// are not in the file yet. Only the jumps are kept, where lines in between were refused.

interface Run {
  readonly record: number
  readonly line: number
}

export class LineNumbers {
  readonly #runs: Run[] = []
  /** Records given so far. */
  given = 0

  /** The next record came from this line. */
  add(line: number): void {
    const last = this.#runs.at(-1)
    if (last === undefined || last.line - last.record !== line - this.given) {
      this.#runs.push({ record: this.given, line })
    }
    this.given++
  }

  /** Nobody asks for records before this one any more. */
  forget(before: number): void {
    let done = 0
    for (let next = this.#runs[1]; next !== undefined && next.record <= before; next = this.#runs[done + 1]) {
      done++
    }
    if (done > 0) this.#runs.splice(0, done)
  }

  /** The line of a record, counted from 0; null: it was not given. */
  lineOf(record: number): number | null {
    if (record >= this.given) return null
    const run = this.#runs.findLast((each) => each.record <= record)
    return run === undefined ? null : run.line + record - run.record
  }
}
