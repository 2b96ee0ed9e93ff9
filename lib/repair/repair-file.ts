// repairFile: a damaged file healed, and nothing of it lost. Whatever fails or is killed, the path leads to the
// original or to the healed file, never to anything between; what is removed is in the quarantine first.

import { resolvePath } from '../append-file/options.js'
import { checkFile } from '../check/check-file.js'
import type { CheckReport } from '../check/check-report.js'
import type { Damage } from '../damage/damage.js'
import type { Door, Policy } from '../door/door.js'
import { Lane } from '../door/lane.js'
import { nativeDoor } from '../door/native-door.js'
import { markBytes } from '../reading/byte-order-mark.js'
import { quarantinePath } from '../tail-repair/quarantine.js'
import { forEachPart, verifyCopy, writeCopy, type PartsSource } from './healed-copy.js'
import { findSecondName, forgetSecondName, keepOriginal, refuseSeveralNames } from './keep-original.js'
import { mendTail } from './mend-tail.js'
import { NewFile, repairingPath, type Ownership } from './new-file.js'
import { resolveRepairOptions, type RepairOptions, type ResolvedRepairOptions } from './options.js'
import { must, Original, resolveLinks } from './original.js'
import { planRepair, refuseOtherFormat, type Plan } from './plan.js'
import { quarantineParts } from './quarantine-parts.js'
import { refuseNames } from './refuse-names.js'
import type { RepairReport } from './report.js'

/** What is to be done, or was. */
type Outcome = Pick<RepairReport, 'quarantine' | 'damaged' | 'late' | 'removedBytes'>

const nothing: Outcome = { quarantine: null, damaged: null, late: null, removedBytes: 0 }

class Repair {
  readonly #door: Door
  readonly #original: Original
  readonly #options: ResolvedRepairOptions
  readonly #source: PartsSource
  /** The last line, if it is damaged. */
  #tail: Damage | null = null

  constructor(door: Door, original: Original, options: ResolvedRepairOptions) {
    const { path, facts } = original
    this.#door = door
    this.#original = original
    this.#options = options
    this.#source = { path, identity: facts.identity, size: facts.size }
  }

  async run(): Promise<RepairReport> {
    const { dryRun, output } = this.#options
    await refuseNames(this.#door, this.#original, output)
    const report = await this.#check()
    if (!report.ok) await refuseOtherFormat(this.#original.path, report)
    const proven = dryRun || (await this.#original.checkUnchanged())
    const plan = this.#planned(planRepair(report, this.#tail, proven))
    const outcome = dryRun ? await this.#foresee(plan, report) : await this.#perform(plan, report)
    return this.#reportOf(report, plan, outcome)
  }

  async #check(): Promise<CheckReport> {
    const { maxRecordBytes, isRecord, maxDamage, onDamage, onProgress, signal } = this.#options
    return checkFile(this.#original.path, {
      maxRecordBytes,
      maxDamage,
      ...(isRecord && { isRecord }),
      ...(signal && { signal }),
      onProgress: (done, total) => onProgress?.('check', done, total),
      onDamage: (damage) => {
        if (damage.kind === 'torn-tail' || damage.kind === 'missing-newline') this.#tail = damage
        return onDamage?.(damage)
      },
    })
  }

  /** A copy elsewhere was asked for, so there will be one, whatever is wrong or not. */
  #planned(plan: Plan): Plan {
    return this.#options.output === null ? plan : { ...plan, action: 'rewritten' }
  }

  /** What stands beside the file that is made, or mended. */
  get #quarantine(): string {
    return quarantinePath(this.#options.output ?? this.#original.path)
  }

  async #foresee({ action, tail }: Plan, { counts }: CheckReport): Promise<Outcome> {
    if (action === 'none') return nothing
    if (action === 'tail') {
      if (tail === 'completed' || this.#tail === null) return nothing
      const { start, end } = this.#tail
      // A mark is cut off together with the only line.
      const from = counts.bom !== undefined && start === markBytes ? 0 : start
      return { ...nothing, removedBytes: end - from, quarantine: this.#quarantine }
    }
    const removedBytes = await this.#countRemoved()
    const quarantine = removedBytes > 0 ? this.#quarantine : null
    if (this.#options.output !== null) return { ...nothing, removedBytes, quarantine }
    const second = await findSecondName(this.#door, this.#original)
    refuseSeveralNames(this.#original, second)
    return { ...nothing, removedBytes, quarantine, damaged: second.name }
  }

  async #countRemoved(): Promise<number> {
    let removed = 0
    await forEachPart(this.#source, this.#options, 'copy', (part) => {
      if (part.what === 'removed') removed += part.end - part.start
    })
    return removed
  }

  async #perform({ action }: Plan, report: CheckReport): Promise<Outcome> {
    if (action === 'none') return nothing
    if (action === 'tail') return this.#mendTail()
    return this.#rewrite(report)
  }

  async #mendTail(): Promise<Outcome> {
    const { tracked } = this.#original
    if (tracked === null) throw new Error('a file that is open for reading is not mended')
    const { action, range, quarantine } = await this.#original.run(mendTail(this.#door, tracked))
    return { ...nothing, quarantine, removedBytes: action === 'completed' ? 0 : range.end - range.start }
  }

  async #rewrite(report: CheckReport): Promise<Outcome> {
    const { output } = this.#options
    const { path, facts } = this.#original
    if (output === null) refuseSeveralNames(this.#original, await findSecondName(this.#door, this.#original))
    const owner = output === null ? { user: facts.user, group: facts.group } : null
    const ownership = { mode: facts.mode, owner }
    const copy = await NewFile.begin(this.#door, repairingPath(output ?? path), ownership)
    try {
      const removedBytes = await this.#heal(copy, report, ownership)
      const quarantine = removedBytes > 0 ? this.#quarantine : null
      await this.#original.checkUnchanged()
      this.#options.signal?.throwIfAborted()
      if (output === null) return { ...(await this.#replace(copy)), quarantine, removedBytes }
      await copy.moveTo(output)
      await copy.syncDirectory()
      return { ...nothing, quarantine, removedBytes }
    } catch (error) {
      await copy.discard()
      throw error
    } finally {
      await copy.close()
    }
  }

  /** Gives how many bytes are not in it. */
  async #heal(copy: NewFile, report: CheckReport, ownership: Ownership): Promise<number> {
    const removedBytes = await writeCopy(this.#source, copy, this.#options)
    await verifyCopy(copy, report, this.#options)
    if (removedBytes > 0) {
      await quarantineParts(this.#door, this.#quarantine, this.#source, ownership, this.#options)
    }
    return removedBytes
  }

  async #replace(copy: NewFile): Promise<Pick<Outcome, 'damaged' | 'late'>> {
    const second = await keepOriginal(this.#door, this.#original)
    try {
      // The second name is on the disk before the first one is another file's.
      await copy.syncDirectory()
      // That takes its time, and the rename takes the place of whatever is there.
      await this.#original.checkUnchanged()
      await copy.renameTo(this.#original.path)
    } catch (error) {
      await forgetSecondName(this.#door, this.#original, second)
      throw error
    }
    await copy.syncDirectory()
    return { damaged: second.name, late: await this.#original.run(this.#lateBytes()) }
  }

  /** What came in between the last look and the rename. */
  *#lateBytes(): Policy<RepairReport['late']> {
    const { door, path, facts } = this.#original
    const { end } = yield* must(path, door.size())
    return end > facts.size ? { start: facts.size, end } : null
  }

  #reportOf(report: CheckReport, { action, tail }: Plan, outcome: Outcome): RepairReport {
    const left = report.counts.oversize ?? 0
    return {
      ...{ path: this.#original.path, action, dryRun: this.#options.dryRun, tail },
      records: report.records + report.salvageable,
      salvaged: report.salvageable,
      ...outcome,
      ...{ output: this.#options.output, left, check: report },
    }
  }
}

/** @internal Through the given door: the native one, or one of a test. */
export async function repairThrough(
  door: Door,
  given: string | URL,
  options: RepairOptions,
): Promise<RepairReport> {
  const resolved = resolveRepairOptions(options)
  const { dryRun, output, signal } = resolved
  signal?.throwIfAborted()
  const path = await new Lane().run(resolveLinks(door, resolvePath(given)))
  const original =
    dryRun || output !== null
      ? await Original.openForReading(door, path, !dryRun)
      : await Original.openAlone(door, path)
  try {
    return await new Repair(door, original, resolved).run()
  } finally {
    await original.close()
  }
}

/**
 * Heals a JSON Lines file.
 *
 * @remarks
 * If only the last line is damaged, it is mended in place, as at opening. Otherwise a healed copy is written beside the
 * file: whole lines byte for byte, whole records of damaged lines on lines of their own, all in order; blank lines and
 * a byte order mark are left out. When it is on the disk and has been checked, and what is not in it is in the
 * quarantine (`<path>.torn`), the original gets the name `<path>.damaged`, and the copy its path. Mode and owner
 * are kept. A file without damage is left alone, and so is a second repair's.
 *
 * @param path - a path or a `file:` URL; what a symbolic link leads to is repaired
 * @throws AppendError (as a rejection): of kind `ResourceBusy` where somebody else has the file open (with `output`:
 * for writing), `InvalidData` where it is not JSON Lines, `Unsupported` where it has several names; else of the
 * system call that failed. The file is as it was then, but for a failed sync in the end.
 */
export function repairFile(path: string | URL, options: RepairOptions = {}): Promise<RepairReport> {
  return repairThrough(nativeDoor, path, options)
}
