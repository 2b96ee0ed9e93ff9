// Findings of segments in order, as if the file had been scanned in one go: lines numbered from the start of
// the file, runs of lines that go on in the next segment put together, lines too long given their end.

import { ScanCode, type ScanFinding, type ScanResult } from '../door/scan-area.js'

/** Codes of findings that stand for lines next to each other. */
const runCodes: ReadonlySet<number> = new Set([ScanCode.crlf, ScanCode.blank, ScanCode.erased])

export class JoinedFindings {
  #lines = 0
  #end = 0
  /** By code: runs that may go on with the next line. */
  readonly #runs = new Map<number, ScanFinding>()
  /** A line too long whose end was not seen yet. */
  #open: ScanFinding | null = null

  /** How many lines started so far. */
  get lines(): number {
    return this.#lines
  }

  /** Where the next line starts, or the file was seen to end. */
  get end(): number {
    return this.#end
  }

  /** Gives the findings that are complete, each with its line's number from 0. A run comes when it is over. */
  add(result: ScanResult): ScanFinding[] {
    const complete: ScanFinding[] = []
    if (result.firstLine !== null) this.#closeLine(result.firstLine, complete)
    for (const finding of result.findings) {
      const placed = { ...finding, line: finding.line + this.#lines }
      if (runCodes.has(placed.code)) this.#addRun(placed, complete)
      else if (placed.end < 0) this.#open = placed
      else complete.push(placed)
    }
    this.#lines += result.lines
    this.#end = Math.max(this.#end, result.fileEnd ?? result.next)
    for (const run of this.#runs.values()) if (run.end < this.#end) this.#endRun(run, complete)
    return complete
  }

  /** What is left in the end. */
  finish(): ScanFinding[] {
    const complete: ScanFinding[] = []
    this.#closeLine(this.#end, complete)
    for (const run of this.#runs.values()) this.#endRun(run, complete)
    return complete
  }

  #closeLine(end: number, complete: ScanFinding[]): void {
    if (this.#open !== null) complete.push({ ...this.#open, end })
    this.#open = null
  }

  #addRun(run: ScanFinding, complete: ScanFinding[]): void {
    const before = this.#runs.get(run.code)
    if (before?.end === run.start) {
      this.#runs.set(run.code, { ...before, end: run.end, lines: before.lines + run.lines })
      return
    }
    if (before !== undefined) this.#endRun(before, complete)
    this.#runs.set(run.code, run)
  }

  #endRun(run: ScanFinding, complete: ScanFinding[]): void {
    this.#runs.delete(run.code)
    complete.push(run)
  }
}
