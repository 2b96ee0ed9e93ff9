// The memory of a scan as the core knows it: what is asked for, and what was found. src/core/scan.h has the
// same places; all numbers are doubles.

const bytesPerNumber = Float64Array.BYTES_PER_ELEMENT

const Place = {
  maxRecordBytes: 0,
  findingsMost: 1,
  blockBytes: 2,
  lines: 3,
  records: 4,
  findings: 5,
  firstLine: 6,
  next: 7,
  fileEnd: 8,
} as const

const headerNumbers = 16
const findingNumbers = 5
const marginBytes = 32
const bitsPerWord = 64

/** What a finding says of its lines. */
export const ScanCode = {
  notJson: 1,
  tornTail: 2,
  missingNewline: 3,
  oversize: 4,
  bom: 5,
  crlf: 6,
  blank: 7,
  erased: 8,
} as const

export interface ScanFinding {
  /** See {@link ScanCode}. */
  readonly code: number
  /** In bytes from the start of the file. */
  readonly start: number
  /** Behind its LF; -1: not seen yet. */
  readonly end: number
  /** From 0, among the lines of the part. */
  readonly line: number
  /** More than 1: lines next to each other. */
  readonly lines: number
}

/** Offsets are in bytes from the start of the file; null: none. */
export interface ScanResult {
  readonly lines: number
  /** How many of the lines are JSON values. */
  readonly records: number
  readonly findings: readonly ScanFinding[]
  /** Where the first line starts that belongs to the part. */
  readonly firstLine: number | null
  /** Go on there: at least the end of the part, unless there was no room for findings, or the file ends. */
  readonly next: number
  /** Where the file was seen to end. */
  readonly fileEnd: number | null
}

export interface ScanSizes {
  readonly maxRecordBytes: number
  /** Room for so many findings; at least 4. */
  readonly findings: number
  /** How much is read at once; at least 16. */
  readonly blockBytes: number
}

/** One for each scan that runs at the same time. Pages of it that are not needed are never touched. */
export class ScanArea {
  readonly bytes: Uint8Array
  readonly #numbers: Float64Array

  constructor({ maxRecordBytes, findings, blockBytes }: ScanSizes) {
    const numbersBytes = (headerNumbers + findings * findingNumbers) * bytesPerNumber
    // A bit for each level of nesting, of which a line has at most as many as bytes.
    const nestingBytes = (Math.ceil(maxRecordBytes / bitsPerWord) + 1) * 8
    const buffer = new ArrayBuffer(numbersBytes + marginBytes + blockBytes + marginBytes + nestingBytes)
    this.bytes = new Uint8Array(buffer)
    this.#numbers = new Float64Array(buffer, 0, numbersBytes / bytesPerNumber)
    this.#numbers[Place.maxRecordBytes] = maxRecordBytes
    this.#numbers[Place.findingsMost] = findings
    this.#numbers[Place.blockBytes] = blockBytes
  }

  /** What the last scan left here. */
  result(): ScanResult {
    const findings = Array.from({ length: this.#number(Place.findings) }, (_, index) => this.#finding(index))
    return {
      lines: this.#number(Place.lines),
      records: this.#number(Place.records),
      findings,
      firstLine: this.#offset(Place.firstLine),
      next: this.#number(Place.next),
      fileEnd: this.#offset(Place.fileEnd),
    }
  }

  #number(place: number): number {
    return this.#numbers[place] ?? 0
  }

  #offset(place: number): number | null {
    const offset = this.#number(place)
    return offset < 0 ? null : offset
  }

  #finding(index: number): ScanFinding {
    const place = headerNumbers + index * findingNumbers
    return {
      code: this.#number(place),
      start: this.#number(place + 1),
      end: this.#number(place + 2),
      line: this.#number(place + 3),
      lines: this.#number(place + 4),
    }
  }
}
