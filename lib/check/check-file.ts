// A whole file read and checked: framed and validated by the core, on as many cores as the pool has threads;
// here results are put together in order, and damaged lines told by name. Nothing in the file is changed.
// Memory has a bound, however long the file, its lines, or the list of what is wrong.

import { constants } from 'node:buffer'
import { resolvePath } from '../append-file/options.js'
import type { Damage } from '../damage/damage.js'
import type { ScanFinding } from '../door/scan-area.js'
import { checkFunction, checkInteger, checkSignal, givenOptions, type OptionNames } from '../option-checks.js'
import { beginsOtherwise } from './begins-otherwise.js'
import { ReportBuilder, type CheckReport } from './check-report.js'
import { JoinedFindings } from './join-findings.js'
import { Judge } from './judge.js'
import { scanInOrder } from './scan-in-order.js'
import { ScanPool, usefulScanners } from './scan-pool.js'

export interface CheckOptions {
  /** Longer lines are `oversize` and not looked into; default 64 MiB. */
  readonly maxRecordBytes?: number
  /** What counts as a whole record on a damaged line; default: what looks like the file's whole lines. */
  readonly isRecord?: (value: unknown) => boolean
  /** How many entries each list of the report holds at most; default 10,000. */
  readonly maxDamage?: number
  /** Told of all that is found, harmless or not, as soon as it is over; the check waits for its promise. */
  readonly onDamage?: (damage: Damage) => void | Promise<void>
  /** Told how far the check is, in bytes. */
  readonly onProgress?: (done: number, total: number) => void
  /** Ends the check, which then fails with the signal's reason. */
  readonly signal?: AbortSignal
  /** @internal */
  readonly sizes?: Partial<CheckSizes>
}

/** @internal What a test makes small. */
export interface CheckSizes {
  readonly segmentBytes: number
  readonly blockBytes: number
  readonly findings: number
  readonly scanners: number
}

const names: OptionNames<CheckOptions> = {
  maxRecordBytes: true,
  isRecord: true,
  maxDamage: true,
  onDamage: true,
  onProgress: true,
  signal: true,
  sizes: true,
}

const MiB = 1024 * 1024
const defaultMaxRecordBytes = 64 * MiB
const defaultMaxDamage = 10_000

const defaultSizes = { segmentBytes: 16 * MiB, blockBytes: 256 * 1024, findings: 4096 }

class Check {
  readonly #pool: ScanPool
  readonly #options: CheckOptions
  readonly #report: ReportBuilder
  readonly #judge: Judge
  readonly #joined = new JoinedFindings()

  constructor(pool: ScanPool, maxDamage: number, options: CheckOptions) {
    this.#pool = pool
    this.#options = options
    this.#report = new ReportBuilder(pool.file.path, maxDamage)
    this.#judge = new Judge(pool.file, options.isRecord ?? null)
  }

  async run(segmentBytes: number): Promise<CheckReport> {
    const { onProgress, signal } = this.#options
    const size = await this.#pool.file.size()
    this.#report.otherFormat = await beginsOtherwise(this.#pool.file, size)
    for await (const result of scanInOrder(this.#pool, size, segmentBytes)) {
      this.#report.records += result.records
      await this.#judgeAll(this.#joined.add(result))
      signal?.throwIfAborted()
      onProgress?.(Math.min(this.#joined.end, size), size)
    }
    await this.#judgeAll(this.#joined.finish())
    const { end, lines } = this.#joined
    if (end === 0) await this.#tell({ kind: 'empty-file', start: 0, end: 0, line: 1, lines: 1, excerpt: '' })
    return this.#report.finish(end, lines)
  }

  async #judgeAll(findings: readonly ScanFinding[]): Promise<void> {
    for (const finding of findings) {
      this.#options.signal?.throwIfAborted()
      const { damage, records } = await this.#judge.judge(finding)
      if (damage === null) this.#report.records += records
      else {
        this.#report.salvageable += records
        await this.#tell(damage)
      }
    }
  }

  async #tell(damage: Damage): Promise<void> {
    this.#report.add(damage)
    await this.#options.onDamage?.(damage)
  }
}

/**
 * Reads all of a JSON Lines file and reports what is wrong with it. A file that grows meanwhile is checked up to
 * where it ended at the beginning; one that shrinks, up to where it ends. Of what was read and is cut off before
 * it is looked at again, lines and records are counted, and no damage is told.
 *
 * @throws AppendError where it cannot be opened or read; the signal's reason once that is aborted.
 */
export async function checkFile(path: string | URL, given: CheckOptions = {}): Promise<CheckReport> {
  const options = givenOptions(given, names)
  const { maxRecordBytes = defaultMaxRecordBytes, maxDamage = defaultMaxDamage, signal } = options
  const sizes = { ...defaultSizes, scanners: usefulScanners(), ...options.sizes }
  checkInteger('maxRecordBytes', maxRecordBytes, 1, constants.MAX_STRING_LENGTH)
  checkInteger('maxDamage', maxDamage, 1, Number.MAX_SAFE_INTEGER)
  checkFunction('isRecord', options.isRecord)
  checkFunction('onDamage', options.onDamage)
  checkFunction('onProgress', options.onProgress)
  checkSignal(signal)
  signal?.throwIfAborted()
  const pool = await ScanPool.open(resolvePath(path), sizes.scanners, { ...sizes, maxRecordBytes })
  try {
    return await new Check(pool, maxDamage, options).run(sizes.segmentBytes)
  } finally {
    await pool.close()
  }
}
