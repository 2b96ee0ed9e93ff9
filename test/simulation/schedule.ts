// One schedule: some recorders, some foreign appenders, one disk, and what goes wrong, all from one seed.

import { setImmediate as turn } from 'node:timers/promises'
import type { BrokenCore } from './broken-core.js'
import { PlannedFaults, drawPlan, type Plan } from './chaos.js'
import { ForeignAppender } from './foreign-appender.js'
import { unregisterFinished } from '../../lib/recorder/exit-flush.js'
import { Process } from './process.js'
import { Random } from './random.js'
import { RecorderActor } from './recorder-actor.js'
import { SimulatedDoor } from './simulated-door.js'
import { verify, verifyDurable } from './verifier.js'
import { World, type Inode } from './world.js'

const path = '/records.jsonl'

/** Steps after which everything that was begun has to have ended. */
const patience = 5000

export interface ScheduleResult {
  readonly seed: number
  readonly violations: readonly string[]
  readonly trace: readonly string[]
  readonly acknowledged: number
  /** Writes that were handed over to follow another. */
  readonly followed: number
}

class Schedule {
  readonly #random: Random
  readonly #plan: Plan
  readonly #faults: PlannedFaults
  readonly #world: World
  readonly #broken: BrokenCore
  readonly #inodes = new Set<Inode>()
  readonly #foreign: ForeignAppender[]
  #actors: RecorderActor[] = []
  readonly #all: RecorderActor[] = []

  constructor(seed: number, broken: BrokenCore) {
    this.#random = new Random(seed)
    this.#plan = drawPlan(this.#random)
    this.#faults = new PlannedFaults(this.#random, this.#plan)
    this.#world = new World(this.#random, this.#faults)
    this.#broken = broken
    const { foreign, foreignSpared } = this.#plan
    this.#foreign = foreign.map((style) => new ForeignAppender(this.#world, path, style, foreignSpared))
    if (this.#plan.fullFrom > 0) this.#world.capacity = this.#plan.fullFrom
    this.#world.note(
      JSON.stringify(this.#plan, (_, value: unknown) => (value instanceof Map ? [...value] : value)),
    )
  }

  get world(): World {
    return this.#world
  }

  async run(): Promise<void> {
    for (let i = 0; i < this.#plan.recorders; i++) this.#startRecorder()
    for (let i = 0; i < this.#plan.turns; i++) {
      await this.#turn()
      if (this.#world.violations.length > 0) return
    }
    if (this.#plan.powerCut) await this.#powerCut()
    else await this.#finish()
  }

  /** Nothing of it is left to be finished at the end of the process. */
  end(): void {
    for (const { recorder } of this.#all) if (recorder !== null) unregisterFinished(recorder.session)
  }

  /** After a failed sync the same record may stand in the old file and in the new one. */
  get #mayRotate(): boolean {
    return this.#plan.options.onSyncFailure !== 'fail'
  }

  acknowledged(): number {
    return this.#all.flatMap(({ sent }) => sent).filter(({ state }) => state === 'acknowledged').length
  }

  #startRecorder(): void {
    const process = new Process(this.#world.nextId())
    const door = new SimulatedDoor(this.#world, process, this.#broken, () => {
      this.#interfere()
    })
    const actor = new RecorderActor(this.#world, process, door, path, this.#plan.options)
    this.#actors.push(actor)
    this.#all.push(actor)
  }

  /** While one of ours is inside a synchronous call, other programs go on. */
  #interfere(): void {
    if (this.#foreign.length > 0 && this.#random.once(4)) this.#random.pick(this.#foreign).act()
  }

  async #turn(): Promise<void> {
    this.#world.steps++
    this.#interfere()
    this.#misfortune()
    const actor = this.#actors.length === 0 ? null : this.#random.pick(this.#actors)
    if (actor !== null) {
      if (this.#random.once(3)) actor.act()
      this.#advance(actor)
    }
    await turn()
    this.#remember()
  }

  /** One step of what is on the pool, and the timers that are due. */
  #advance(actor: RecorderActor): void {
    const { pending, timers } = actor.process
    if (pending.length > 0) this.#random.pick(pending).advance()
    for (const timer of timers.filter(({ at }) => at <= this.#world.steps)) {
      timers.splice(timers.indexOf(timer), 1)
      timer.run()
    }
  }

  #misfortune(): void {
    const { kill, rename, copyTruncate, fullFrom } = this.#plan
    if (kill > 0 && this.#random.once(kill)) this.#killOne()
    if (rename > 0 && this.#random.once(rename)) this.#rename()
    if (copyTruncate > 0 && this.#random.once(copyTruncate)) this.#copyTruncate()
    if (fullFrom > 0 && this.#random.once(10)) {
      this.#world.capacity = this.#random.once(2) ? Infinity : this.#world.used() + this.#random.below(100)
    }
  }

  #killOne(): void {
    const actor = this.#random.pick(this.#actors)
    this.#world.note(`kill actor ${actor.process.actor}`)
    this.#kill(actor)
    this.#startRecorder()
  }

  #kill(actor: RecorderActor): void {
    // A write on its way may land in part.
    for (const call of actor.process.pending) call.dieMidway(this.#random)
    actor.kill()
    for (const open of actor.process.opens) this.#world.close(open)
    actor.process.pending.length = 0
    actor.process.timers.length = 0
    this.#actors = this.#actors.filter((other) => other !== actor)
  }

  #rename(): void {
    const inode = this.#world.files.get(path)
    if (inode === undefined) return
    this.#remember()
    this.#world.files.delete(path)
    this.#world.files.set(`/renamed-${this.#world.nextId()}`, inode)
    this.#world.note('rename')
  }

  /**
   * As logrotate does where it cannot rename: what was there goes on in a copy. Not while an operation is on
   * its way: who empties and fills a file within the microseconds of a rollback can have others' bytes stand
   * just where ours stood and begin like them, and nothing can tell them apart (README, limits).
   */
  #copyTruncate(): void {
    if (this.#actors.some(({ process }) => process.pending.length > 0)) return
    const inode = this.#world.files.get(path)
    if (inode === undefined) return
    this.#inodes.add(this.#world.copyTruncate(inode))
    this.#world.note('copytruncate')
  }

  #remember(): void {
    for (const [name, inode] of this.#world.files) if (!name.endsWith('.torn')) this.#inodes.add(inode)
  }

  async #finish(): Promise<void> {
    this.#heal()
    let open = 0
    for (const actor of this.#actors) {
      open++
      await this.#until(() => !actor.opening, actor)
      void actor.close().then(() => open--)
    }
    await this.#drain(() => open === 0)
    if (open > 0) this.#world.violate(`liveness: ${open} recorders did not close`)
    for (const actor of this.#actors) {
      if (actor.waiting > 0) this.#world.violate(`liveness: ${actor.waiting} promises have not ended`)
    }
    this.#verifyAll()
  }

  #heal(): void {
    this.#faults.healed = true
    this.#world.capacity = Infinity
    this.#world.note('healed')
  }

  async #until(ended: () => boolean, actor: RecorderActor): Promise<void> {
    for (let i = 0; i < patience && !ended(); i++) {
      this.#world.steps++
      this.#advance(actor)
      await turn()
    }
  }

  async #drain(ended: () => boolean): Promise<void> {
    for (let i = 0; i < patience && !ended(); i++) {
      this.#world.steps++
      for (const actor of this.#actors) this.#advance(actor)
      await turn()
    }
    this.#remember()
  }

  async #powerCut(): Promise<void> {
    this.#verifyAll()
    this.#world.note('power cut')
    for (const actor of [...this.#actors]) this.#kill(actor)
    for (const foreign of this.#foreign) foreign.die()
    this.#world.powerCut()
    this.#verifyDurable()
    // And it is mended without losing what is good.
    this.#heal()
    this.#startRecorder()
    await this.#finishAfterCut()
    this.#verifyDurable()
  }

  #verifyDurable(): void {
    const inodes = [...this.#inodes]
    for (const { sent } of this.#all) verifyDurable(this.#world, sent, inodes, this.#mayRotate)
  }

  async #finishAfterCut(): Promise<void> {
    const [actor] = this.#actors
    if (actor === undefined) return
    await this.#until(() => !actor.opening, actor)
    for (let i = 0; i < 3; i++) actor.act()
    const end = { closed: false }
    void actor.close().then(() => (end.closed = true))
    await this.#drain(() => end.closed)
    if (!end.closed) this.#world.violate('liveness: the recorder after the power cut did not close')
    verify(this.#world, actor.sent, [...this.#inodes], this.#mayRotate)
  }

  #verifyAll(): void {
    const inodes = [...this.#inodes]
    for (const actor of this.#all) verify(this.#world, actor.sent, inodes, this.#mayRotate)
  }
}

/** Runs the schedule of one seed. */
export async function runSchedule(seed: number, broken: BrokenCore = {}): Promise<ScheduleResult> {
  const schedule = new Schedule(seed, broken)
  await schedule.run()
  schedule.end()
  const { violations, trace, followed } = schedule.world
  return { seed, violations, trace, acknowledged: schedule.acknowledged(), followed }
}
