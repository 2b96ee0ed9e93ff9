// The test's side of remote.cjs: one open file in another process, with limits or a user of its own.

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { ErrorKind } from '../../lib/errors/error-kind.js'
import type { AppendError } from '../../lib/errors/append-error.js'
import { startProgram, type ChildOptions } from './children.js'
import { FileSizeLimiter } from './file-size-limiter.js'

/** An AppendError as it comes over from the other process. */
export type ToldError = Pick<
  AppendError,
  'name' | 'message' | 'code' | 'errno' | 'syscall' | 'path' | 'range' | 'requested' | 'state' | 'rollback'
> & { readonly kind: ErrorKind }

interface Answer {
  readonly value?: unknown
  readonly error?: ToldError
}

export type Call = readonly [method: string, ...args: unknown[]]

export interface OpenTarget {
  readonly type: 'AppendFile' | 'Recorder' | 'PlainFile'
  readonly method?: 'open' | 'openSync'
  readonly path: string
  readonly options?: object
  /** Events to keep for {@link Remote.events}. */
  readonly listen?: readonly string[]
}

/** Thrown for what failed over there, with the error's own fields. */
export class RemoteFailure extends Error {
  readonly told: ToldError

  constructor(told: ToldError) {
    super(told.message)
    this.told = told
  }
}

export class Remote {
  readonly #child: ChildProcess
  #limiter: FileSizeLimiter | null = null

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(options: ChildOptions = {}): Promise<Remote> {
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
    const child = startProgram('remote.cjs', [], options, { stdio: [...stdio], serialization: 'advanced' })
    await once(child, 'message')
    return new Remote(child)
  }

  /** Starts a process and opens a file in it. */
  static async open(target: OpenTarget, options: ChildOptions = {}): Promise<Remote> {
    const remote = await Remote.start(options)
    await remote.open(target)
    return remote
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async open(target: OpenTarget): Promise<void> {
    const asked = { request: 'open', method: 'open', options: {}, listen: [], ...target }
    valueOf((await this.#ask(asked))[0])
  }

  /** One call; gives its result, or throws RemoteFailure. */
  async call(...call: Call): Promise<unknown> {
    return valueOf((await this.#ask({ request: 'calls', calls: [call] }))[0])
  }

  /** Several calls in one turn of the event loop over there; how each ended. */
  calls(...calls: readonly Call[]): Promise<Answer[]> {
    return this.#ask({ request: 'calls', calls })
  }

  /** The error that a call ends in. */
  async failure(...call: Call): Promise<ToldError> {
    return this.#errorOf({ request: 'calls', calls: [call] }, call[0])
  }

  async openFailure(target: OpenTarget): Promise<ToldError> {
    const asked = { request: 'open', method: 'open', options: {}, listen: [], ...target }
    return this.#errorOf(asked, 'open')
  }

  /** What the events asked for at opening told since the last call. */
  async events(): Promise<unknown> {
    return valueOf((await this.#ask({ request: 'events' }))[0])
  }

  /** Sets RLIMIT_FSIZE of the process in bytes. */
  limitFiles(bytes: number | 'unlimited'): Promise<void> {
    this.#limiter ??= new FileSizeLimiter(this.pid)
    return this.#limiter.set(bytes)
  }

  /** Ends the process as kill -9 does, and waits for its end. */
  async kill(): Promise<void> {
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await closed
  }

  async #errorOf(message: object, what: string): Promise<ToldError> {
    const error = (await this.#ask(message))[0]?.error
    if (error === undefined) throw new Error(`${what} did not fail`)
    return error
  }

  #ask(message: object): Promise<Answer[]> {
    return new Promise((resolve, reject) => {
      const ended = (): void => {
        reject(new Error('the process has ended'))
      }
      this.#child.once('close', ended)
      this.#child.once('message', (answers) => {
        this.#child.off('close', ended)
        resolve(answers as Answer[])
      })
      this.#child.send(message)
    })
  }
}

function valueOf(answer: Answer | undefined): unknown {
  if (answer?.error !== undefined) throw new RemoteFailure(answer.error)
  return answer?.value
}
