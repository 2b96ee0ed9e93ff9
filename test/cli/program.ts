// The compiled program as a child process, with real pipes and files.

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { buildPackage } from '../support/children.js'

export const program = path.join(__dirname, '..', '..', 'dist', 'cli', 'main.js')

beforeAll(() => {
  buildPackage()
})

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

export interface Settings {
  /** RLIMIT_FSIZE in units of 1,024 bytes. */
  readonly fileLimit?: number
  /** Standard streams other than pipes, as a shell redirects them. */
  readonly redirect?: string
}

const running = new Set<Running>()

afterEach(() => {
  for (const one of running) one.child.kill('SIGKILL')
  running.clear()
})

/** The program while it runs. What it says is gathered, unless it is held up. */
export class Running {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #stdout: Buffer[] = []
  #stderr = ''

  constructor(args: readonly string[], { fileLimit, redirect = '' }: Settings = {}) {
    const limit = fileLimit === undefined ? '' : `ulimit -f ${fileLimit}; `
    const command = [process.execPath, program, ...args]
    this.child = spawn('bash', ['-c', `${limit}exec "$@" ${redirect}`, 'bash', ...command], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    running.add(this)
    // A program that has ended reads nothing more.
    this.child.stdin.on('error', () => undefined)
    this.child.stdout.on('data', (bytes: Buffer) => this.#stdout.push(bytes))
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the program did not start')
    return this.child.pid
  }

  get stdout(): Buffer {
    return Buffer.concat(this.#stdout)
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Resolves when it has said so much on standard output. */
  async untilStdout(bytes: number): Promise<void> {
    while (this.stdout.length < bytes) await once(this.child.stdout, 'data')
  }

  async untilStderr(text: string): Promise<void> {
    while (!this.#stderr.includes(text)) await once(this.child.stderr, 'data')
  }

  /** Gives input, and resolves when the pipe has taken it. */
  async give(input: string | Uint8Array): Promise<void> {
    if (!this.child.stdin.write(input)) await once(this.child.stdin, 'drain')
  }

  async finished(): Promise<Finished> {
    const [code, signal] = (await once(this.child, 'close')) as [number | null, NodeJS.Signals | null]
    running.delete(this)
    return { code, signal, stdout: this.stdout, stderr: this.stderr }
  }
}

/** Runs the program to its end with this input. */
export function run(
  args: readonly string[],
  input: string | Uint8Array = '',
  settings: Settings = {},
): Promise<Finished> {
  const one = new Running(args, settings)
  one.child.stdin.end(input)
  return one.finished()
}

export interface Summary {
  readonly lines: number
  readonly records: number
  readonly refused: number
  readonly firstMissingLine: number | null
  readonly error: { readonly code: string } | null
}

export function summaryOf(text: string | Buffer): Summary {
  return JSON.parse(text.toString()) as Summary
}

/** How a run ends with which nothing is wrong: without a word. */
export const quietly = { code: 0, signal: null, stdout: Buffer.alloc(0), stderr: '' }
