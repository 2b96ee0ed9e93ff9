// One file, scanned in several parts at once: a door does one operation at a time, so it is opened as often as
// there are cores. All of them lead to the file that the first one opened, whatever becomes of the path.

import { availableParallelism } from 'node:os'
import type { ScanArea, ScanResult, ScanSizes } from '../door/scan-area.js'
import { ReadingFile } from '../reading/reading-file.js'
import { giveBackArea, takeArea } from './spare-areas.js'

/** How many threads libuv's pool has where nobody says otherwise. */
const poolThreads = 4

interface Scanner {
  readonly file: ReadingFile
  readonly area: ScanArea
}

/** As many as can run at once. */
export function usefulScanners(): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? poolThreads)
  return Math.max(1, Math.min(availableParallelism(), threads >= 1 ? threads : poolThreads))
}

/** Opens path again, or gives null if it does not lead to that file any more. */
async function openAgain(path: string, identity: string): Promise<ReadingFile | null> {
  const file = await ReadingFile.open(path).catch(() => null)
  if (file === null || (await file.identity()) === identity) return file
  await file.close()
  return null
}

async function openOthers(path: string, identity: string, count: number): Promise<ReadingFile[]> {
  const files: ReadingFile[] = []
  while (files.length < count) {
    const file = await openAgain(path, identity)
    if (file === null) break
    files.push(file)
  }
  return files
}

export class ScanPool {
  /** For reading beside the scans. */
  readonly file: ReadingFile
  readonly #others: readonly ReadingFile[]
  readonly #free: Scanner[]
  readonly #sizes: ScanSizes
  readonly #waiting: ((scanner: Scanner) => void)[] = []
  /** How many scans run at once. */
  readonly width: number

  private constructor(file: ReadingFile, others: readonly ReadingFile[], sizes: ScanSizes) {
    this.file = file
    this.#others = others
    this.#sizes = sizes
    const scanned = others.length > 0 ? others : [file]
    this.#free = scanned.map((one) => ({ file: one, area: takeArea(sizes) }))
    this.width = scanned.length
  }

  /** Throws AppendError where the file cannot be opened. */
  static async open(path: string, count: number, sizes: ScanSizes): Promise<ScanPool> {
    const file = await ReadingFile.open(path)
    return new ScanPool(file, await openOthers(path, await file.identity(), count), sizes)
  }

  /** Scans the lines that start in [start, end), after all that was asked for before. */
  async scan(start: number, end: number): Promise<ScanResult> {
    const scanner = this.#free.pop() ?? (await new Promise<Scanner>((take) => this.#waiting.push(take)))
    try {
      return await scanner.file.scan(scanner.area, start, end)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free.push(scanner)
      else next(scanner)
    }
  }

  /** Waits for what runs. What still waits is never run, and its promise never settles. */
  async close(): Promise<void> {
    this.#waiting.length = 0
    try {
      for (const file of [this.file, ...this.#others]) await file.close()
    } finally {
      for (const { area } of this.#free.splice(0)) giveBackArea(area, this.#sizes)
    }
  }
}
