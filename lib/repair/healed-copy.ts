// The healed copy: written, on the disk, and compared with what the check of the original has counted. Only then
// is it of any use.

import { checkFile } from '../check/check-file.js'
import type { CheckReport } from '../check/check-report.js'
import { ScanPool, usefulScanners } from '../check/scan-pool.js'
import { harmlessKinds, type DamageKind } from '../damage/damage.js'
import { ownError } from '../errors/make-error.js'
import { HealedParts, type Part } from './healed-parts.js'
import type { NewFile } from './new-file.js'
import type { RepairStep, ResolvedRepairOptions } from './options.js'

const MiB = 1024 * 1024
const segmentBytes = 16 * MiB
const scanSizes = { blockBytes: 256 * 1024, findings: 4096 }

export interface PartsSource {
  readonly path: string
  readonly identity: string
  readonly size: number
}

function changed(path: string): Error {
  const note = 'it was changed while it was being repaired'
  return ownError('ERR_IN_USE', 'ResourceBusy', { path, action: 'repair', note })
}

async function eachPart(
  source: PartsSource,
  pool: ScanPool,
  options: ResolvedRepairOptions,
  step: RepairStep,
  take: (part: Part) => void | Promise<void>,
): Promise<void> {
  const { onProgress, signal } = options
  // The path may lead elsewhere by now.
  if ((await pool.file.identity()) !== source.identity) throw changed(source.path)
  const parts = new HealedParts(pool, options)
  for await (const part of parts.parts(source.size, segmentBytes)) {
    signal?.throwIfAborted()
    await take(part)
    onProgress?.(step, part.end, source.size)
  }
}

/** Calls `take` with each part, and the file to read from. */
export async function forEachPart(
  source: PartsSource,
  options: ResolvedRepairOptions,
  step: RepairStep,
  take: (part: Part, pool: ScanPool) => void | Promise<void>,
): Promise<void> {
  const { maxRecordBytes } = options
  const pool = await ScanPool.open(source.path, usefulScanners(), { ...scanSizes, maxRecordBytes })
  try {
    await eachPart(source, pool, options, step, (part) => take(part, pool))
  } finally {
    await pool.close()
  }
}

/** A part may be as long as the file: it is told how far that is, and the signal is obeyed, a buffer at a time. */
async function keep(
  copy: NewFile,
  pool: ScanPool,
  { path, size }: PartsSource,
  { onProgress, signal }: ResolvedRepairOptions,
  { start, end }: Part,
): Promise<void> {
  await copy.fill(end - start, async (into, done) => {
    signal?.throwIfAborted()
    onProgress?.('copy', start + done, size)
    const read = await pool.file.readAt(into, start + done)
    if (read !== into.length) throw changed(path)
  })
}

/** Writes the copy and syncs it; gives how many bytes of damage are not in it. */
export async function writeCopy(
  source: PartsSource,
  copy: NewFile,
  options: ResolvedRepairOptions,
): Promise<number> {
  let removed = 0
  const last = { oversize: false }
  await forEachPart(source, options, 'copy', async (part, pool) => {
    if (part.what === 'removed') {
      removed += part.end - part.start
      return
    }
    last.oversize = part.what === 'kept' && part.oversize
    if (part.what === 'kept') {
      await keep(copy, pool, source, options, part)
      return
    }
    await copy.write(part.bytes)
    await copy.endLine()
  })
  // The last line may lack its LF. Nobody has looked into one that is too long.
  if (!copy.endsLine && !last.oversize) await copy.endLine()
  await copy.finish()
  return removed
}

/** How many lines are damaged, of whatever kind. */
export function damagedLines({ counts }: CheckReport): number {
  const kinds = Object.entries(counts) as [DamageKind, number][]
  return kinds.reduce((sum, [kind, lines]) => (harmlessKinds.has(kind) ? sum : sum + lines), 0)
}

/** Throws AppendError with code `ERR_COPY_DIFFERS`, of kind InvalidData, where the copy is not what it should be. */
export async function verifyCopy(
  copy: NewFile,
  found: CheckReport,
  options: ResolvedRepairOptions,
): Promise<void> {
  const { maxRecordBytes, isRecord, onProgress, signal } = options
  const report = await checkFile(copy.path, {
    maxRecordBytes,
    maxDamage: 1,
    ...(isRecord && { isRecord }),
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.('verify', done, total),
  })
  const wanted = found.records + found.salvageable
  const left = found.counts.oversize ?? 0
  const whole = report.bytes === copy.size && report.records === wanted && report.salvageable === 0
  if (whole && damagedLines(report) === left && (report.counts.oversize ?? 0) === left) return
  const note = `the copy has ${report.records} records in ${report.bytes} bytes, ${wanted} in ${copy.size} were to be in it`
  throw ownError('ERR_COPY_DIFFERS', 'InvalidData', { path: copy.path, action: 'repair', note })
}
