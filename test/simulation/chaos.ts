// What goes wrong in one schedule, and how often; drawn from the seed.

import type { RecorderOptions } from '../../lib/recorder/options.js'
import type { Random } from './random.js'
import { errnos, type Faults } from './world.js'

const errnosFor: Readonly<Record<string, readonly number[]>> = {
  write: [errnos.ENOSPC, errnos.EDQUOT, errnos.EIO, errnos.EFBIG, errnos.EAGAIN, errnos.EPERM, errnos.ENOMEM],
  pwrite: [errnos.ENOSPC, errnos.EDQUOT, errnos.EIO, errnos.EPERM],
  ftruncate: [errnos.EPERM, errnos.EIO, errnos.ENOSPC, errnos.EDQUOT],
  sync: [errnos.EIO, errnos.ENOSPC, errnos.EDQUOT],
  fsync: [errnos.EIO],
  pread: [errnos.EIO, errnos.ESTALE],
  open: [errnos.EMFILE, errnos.EACCES, errnos.ENOMEM],
  close: [errnos.EIO],
  stat: [errnos.ESTALE],
  fcntl: [errnos.ENOLCK],
}

/** 0: never; else once in so many. */
export interface Plan {
  readonly recorders: number
  readonly foreign: readonly ForeignStyle[]
  /** The faults of the disk spare the foreign appenders. */
  readonly foreignSpared: boolean
  readonly shortWrite: number
  readonly failing: ReadonlyMap<string, number>
  readonly leaseRefused: number
  readonly kill: number
  readonly powerCut: boolean
  readonly rename: number
  readonly copyTruncate: number
  readonly fullFrom: number
  readonly turns: number
  readonly options: RecorderOptions
}

export type ForeignStyle = 'whole' | 'halves' | 'dies'

function drawOptions(random: Random): RecorderOptions {
  return {
    fsync: random.pick(['never', 'always', 'always', { everyMs: 20 }] as const),
    flushMode: random.pick(['async', 'sync', 'async'] as const),
    rollback: random.pick(['auto', 'auto', 'auto', 'erase'] as const),
    tornTail: random.pick(['quarantine', 'truncate', 'seal'] as const),
    onSyncFailure: random.pick(['rescue', 'rotate', 'fail'] as const),
    retry: random.pick([{ attempts: 0 }, { attempts: 3, minDelayMs: 5, maxDelayMs: 40 }]),
    reopenOnMove: random.once(2),
    moveCheckMs: random.pick([0, 10]),
    maxBufferedBytes: random.pick([400, 100_000]),
    maxRecordBytes: 300,
    highWaterMark: 200,
    validateLines: false,
  }
}

function drawFailing(random: Random): Map<string, number> {
  const failing = new Map<string, number>()
  if (random.once(3)) return failing
  for (const call of Object.keys(errnosFor)) {
    if (random.once(3)) failing.set(call, random.between(3, 30))
  }
  return failing
}

/** Several recorders that sync each record and cut each other's way: where durability is easily got wrong. */
function crowd(plan: Plan): Plan {
  const options = { ...plan.options, fsync: 'always', rollback: 'erase', flushMode: 'async' } as const
  return {
    ...plan,
    recorders: 3,
    foreign: [],
    shortWrite: 3,
    leaseRefused: 1,
    rename: 0,
    copyTruncate: 0,
    options,
  }
}

/** Rollbacks stay owed, and meanwhile the file is emptied and filled by somebody else. */
function emptied(plan: Plan): Plan {
  const options = { ...plan.options, fsync: 'never', rollback: 'auto', tornTail: 'seal' } as const
  const failing = new Map([
    ['pwrite', 2],
    ['ftruncate', 2],
  ])
  const others = { recorders: 1, foreign: ['whole'], foreignSpared: true } as const
  const events = { kill: 0, rename: 0, copyTruncate: 8, powerCut: false, fullFrom: 0 }
  return { ...plan, ...others, ...events, shortWrite: 3, leaseRefused: 1, failing, options }
}

/** Appends land behind lines that somebody who died has left, and cannot be blanked at once. */
function glued(plan: Plan): Plan {
  const options = { ...plan.options, rollback: 'auto' } as const
  const others = { recorders: 1, foreign: ['dies'], foreignSpared: true } as const
  const events = { kill: 0, rename: 0, copyTruncate: 0, powerCut: false, fullFrom: 0 }
  const failing = new Map([['pwrite', 2]])
  return { ...plan, ...others, ...events, shortWrite: 0, leaseRefused: 0, failing, options }
}

/** Nothing keeps the write of a batch from being handed over while the one before it is on its way. */
function handedOver(plan: Plan): Plan {
  const { fsync = 'never' } = plan.options
  const options = {
    ...plan.options,
    fsync: fsync === 'always' ? 'never' : fsync,
    flushMode: 'async',
    moveCheckMs: 1000,
    maxBufferedBytes: 100_000,
  } as const
  return { ...plan, options }
}

export function drawPlan(random: Random): Plan {
  const plan = drawAnyPlan(random)
  const variant = random.below(8)
  if (variant < 2) return crowd(plan)
  if (variant === 2) return emptied(plan)
  if (variant === 3) return glued(plan)
  return variant < 6 ? handedOver(plan) : plan
}

function drawAnyPlan(random: Random): Plan {
  const styles = ['whole', 'halves', 'dies'] as const
  const recorders = random.between(1, 3)
  const foreign = Array.from({ length: random.below(3) }, () => random.pick(styles))
  // Where the file is emptied and others fill it again to exactly our end, which is likely only in so small a
  // file, their unfinished line is not noticed: that would cost a look at each append (README, limits).
  const alone = recorders === 1 && foreign.length === 0
  return {
    recorders,
    foreign,
    foreignSpared: false,
    shortWrite: random.pick([0, 4, 10]),
    failing: drawFailing(random),
    leaseRefused: random.pick([0, 1, 3]),
    kill: random.pick([0, 0, 25]),
    powerCut: random.once(2),
    rename: random.pick([0, 0, 0, 40]),
    copyTruncate: alone ? random.pick([0, 15]) : 0,
    fullFrom: random.pick([0, 0, 500]),
    turns: random.between(10, 70),
    options: drawOptions(random),
  }
}

export class PlannedFaults implements Faults {
  readonly #random: Random
  readonly #plan: Plan
  healed = false

  constructor(random: Random, plan: Plan) {
    this.#random = random
    this.#plan = plan
  }

  errnoFor(call: string): number {
    const times = this.#plan.failing.get(call) ?? 0
    if (this.healed || times === 0 || !this.#random.once(times)) return 0
    return this.#random.pick(errnosFor[call] ?? [errnos.EIO])
  }

  shortWrite(length: number): number {
    const { shortWrite } = this.#plan
    if (this.healed || shortWrite === 0 || !this.#random.once(shortWrite)) return -1
    // All but the LF is the cut that is most easily got wrong.
    return this.#random.once(4) ? length - 1 : this.#random.below(length)
  }

  leaseRefused(): boolean {
    const { leaseRefused } = this.#plan
    return !this.healed && leaseRefused > 0 && this.#random.once(leaseRefused)
  }
}
