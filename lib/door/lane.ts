// One file's operations, one after another: on the pool, or on this thread where a synchronous call
// cannot wait (the end of the process, appendSync behind queued records). Order is the order of the calls
// (W4), whichever way they are run. All of it happens on the JavaScript thread.

import type { Completion, DoorCall, Policy } from './door.js'
import { FollowingCall } from './following-call.js'

export type Outcome<Result> = { readonly value: Result } | { readonly error: unknown }

type Settle<Result> = (outcome: Outcome<Result>) => void

/** A policy that mostly is one operation: where that is plainly good, nothing else of it is made or run. */
export interface ShortPolicy<Result> {
  /** The operation; null: something has to come before it. */
  begin(): DoorCall | null
  /** What it came to; null: the policy has to judge it. */
  take(completion: Completion): Result | null
  /** All of the policy, or what is left of it behind the operation. */
  policy(first: Completion | null): Policy<Result>
}

interface Task {
  readonly short: ShortPolicy<unknown>
  /** null: on the short way. */
  policy: Policy<unknown> | null
  readonly settle: Settle<unknown>
  /** Called when its first operation is on the pool. */
  readonly begun: () => void
  call: DoorCall | null
  /** Operations so far. */
  calls: number
  /** What was handed over to follow the first of them. */
  following: FollowingCall | null
}

function nothing(): void {
  // Nobody wants to know.
}

/** A policy that has none. */
class WithoutShortWay<Result> implements ShortPolicy<Result> {
  readonly #policy: Policy<Result>

  constructor(policy: Policy<Result>) {
    this.#policy = policy
  }

  begin(): null {
    return null
  }

  take(): null {
    return null
  }

  policy(): Policy<Result> {
    return this.#policy
  }
}

function overAlready(call: DoorCall | null): Completion | null {
  return call instanceof FollowingCall ? call.finishIfOver() : null
}

/** The next operation of a task, or what it came to. */
function stepOf(task: Task, completion: Completion | undefined): IteratorResult<DoorCall, unknown> {
  const { policy, short } = task
  if (policy !== null && completion !== undefined) return policy.next(completion)
  const step = shortStepOf(short, completion)
  if (step !== null) return step
  task.policy = short.policy(completion ?? null)
  // The first next() of a generator takes no value.
  return task.policy.next()
}

function shortStepOf(
  short: ShortPolicy<unknown>,
  completion: Completion | undefined,
): IteratorResult<DoorCall, unknown> | null {
  if (completion === undefined) {
    const call = short.begin()
    return call === null ? null : { done: false, value: call }
  }
  const result = short.take(completion)
  return result === null ? null : { done: true, value: result }
}

/** Runs a policy to its end on this thread. */
export function performSync<Result>(policy: Policy<Result>): Result {
  let step = policy.next()
  while (step.done !== true) step = policy.next(step.value.performSync())
  return step.value
}

export class Lane {
  readonly #waiting: Task[] = []
  #current: Task | null = null
  #finishingHere = 0
  #starting = false
  /** Called only while the task whose operation it was is the current one. */
  readonly #goOnWith = (completion: Completion): void => {
    if (this.#current !== null) this.#continue(this.#current, completion)
  }

  /** Nothing runs and nothing waits. */
  get idle(): boolean {
    return this.#current === null && this.#waiting.length === 0 && this.#finishingHere === 0
  }

  /** Runs the policy on the pool after all that came before it, and tells `settle` how it ended. */
  start<Result>(policy: Policy<Result>, settle: Settle<Result>): void {
    this.startShort(new WithoutShortWay(policy), settle)
  }

  /** The same for a policy that has a short way. `begun` is called when its first operation is on the pool. */
  startShort<Result>(short: ShortPolicy<Result>, settle: Settle<Result>, begun = nothing): void {
    this.#waiting.push({
      short,
      policy: null,
      settle: settle as Settle<unknown>,
      begun,
      call: null,
      calls: 0,
      following: null,
    })
    this.#startNext()
  }

  /**
   * Hands over a write that is to follow the first operation of the policy that runs, while that is in flight
   * (DoorCall.follow): a write behind a later one, which mends something, would stand in the wrong place. null: it
   * cannot be. The next policy has to yield what is returned, as its first operation.
   */
  follow(bytes: Uint8Array, offset: number, length: number, expectedStart: number): FollowingCall | null {
    const task = this.#current
    if (task?.calls !== 1 || task.following !== null) return null
    if (this.#waiting.length > 0 || this.#finishingHere > 0) return null
    const call = task.call?.follow(bytes, offset, length, expectedStart) ?? null
    if (call !== null) task.following = new FollowingCall(call)
    return task.following
  }

  /** The same, as a promise. */
  run<Result>(policy: Policy<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.start(policy, (outcome) => {
        if ('error' in outcome) reject(outcome.error)
        else resolve(outcome.value)
      })
    })
  }

  /** Finishes on this thread all that came before, then runs the policy on it. */
  runSync<Result>(policy: Policy<Result>): Result {
    this.finishSync()
    return performSync(policy)
  }

  /**
   * Finishes on this thread all that runs or waits, and what their ends start, and what `begin` starts behind it:
   * nothing of it goes to the pool. May be called again from the `settle` of a task that it finishes: that task is
   * over by then.
   */
  finishSync(begin?: () => void): void {
    this.#finishingHere++
    try {
      begin?.()
      for (;;) {
        const task = this.#current ?? this.#waiting.shift()
        if (task === undefined) return
        this.#current = null
        this.#finishTask(task)
      }
    } finally {
      this.#finishingHere--
      this.#startNext()
    }
  }

  /**
   * Goes on with what the pool is done with, without waiting for the event loop to tell: for callers that keep
   * this thread busy. What is started by that goes to the pool.
   */
  goOn(): void {
    const task = this.#current
    if (task?.call == null || this.#finishingHere > 0) return
    const completion = task.call.finishIfOver()
    if (completion !== null) this.#continue(task, completion)
  }

  #finishTask(task: Task): void {
    let completion: Completion | undefined = task.call?.finishSync()
    for (;;) {
      const call = this.#advance(task, completion)
      if (call === null) return
      completion = call.performSync()
    }
  }

  /** A loop, for policies that ask nothing of the door end at once, and there may be many in a row. */
  #startNext(): void {
    if (this.#starting) return
    this.#starting = true
    try {
      while (this.#current === null && this.#finishingHere === 0) {
        const task = this.#waiting.shift()
        if (task === undefined) return
        this.#current = task
        this.#continue(task, undefined)
      }
    } finally {
      this.#starting = false
      // A settle has thrown: those behind it go on all the same.
      if (this.#current === null && this.#finishingHere === 0 && this.#waiting.length > 0) {
        queueMicrotask(() => {
          this.#startNext()
        })
      }
    }
  }

  #continue(task: Task, completion: Completion | undefined): void {
    let call = this.#advance(task, completion)
    // What was handed over early may be over by now.
    for (let over = overAlready(call); over !== null; over = overAlready(call))
      call = this.#advance(task, over)
    if (call === null) return
    task.call = call
    try {
      call.perform(this.#goOnWith)
    } catch (error) {
      // A call that could not even be begun must not leave the lane waiting for it.
      this.#end(task, { error })
      return
    }
    if (task.calls === 1) task.begun()
  }

  /** One step of the policy; null: it has ended and its settle was called. */
  #advance(task: Task, completion: Completion | undefined): DoorCall | null {
    let step
    try {
      step = stepOf(task, completion)
    } catch (error) {
      this.#end(task, { error })
      return null
    }
    if (step.done !== true) {
      task.calls++
      // One operation at a time: what was to follow a write that went well was not begun, so this waits for nothing.
      task.following?.finishSync()
      return step.value
    }
    this.#end(task, { value: step.value })
    return null
  }

  #end(task: Task, outcome: Outcome<unknown>): void {
    if (this.#current === task) this.#current = null
    try {
      task.settle(outcome)
    } finally {
      this.#startNext()
    }
  }
}
