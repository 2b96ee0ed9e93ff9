// Programs of test/support that run in a process of their own, over the compiled package.

import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import { afterTest } from './after-test.js'

const root = path.join(__dirname, '..', '..')
let built = false

/** Builds dist/ and the addon where they are missing or older than their sources. */
export function buildPackage(): void {
  if (built) return
  // One at a time: several Jest workers come here at once, and building starts by removing dist/.
  const script = path.join(root, 'scripts', 'prepare.mjs')
  const lock = path.join(tmpdir(), `wholeline-build-${process.getuid?.() ?? 0}.lock`)
  execFileSync('flock', [lock, process.execPath, script], { stdio: ['ignore', 'ignore', 'inherit'] })
  built = true
}

export interface ChildOptions {
  /** RLIMIT_FSIZE in units of 1,024 bytes; the hard limit stays, so that it can be lifted later. */
  readonly fileLimit?: number
  /** A command in front of node, with its arguments. */
  readonly wrapper?: readonly string[]
  readonly nodeOptions?: readonly string[]
}

/** Starts a program of test/support; it does not outlive the test. */
export function startProgram(
  name: string,
  args: readonly string[],
  options: ChildOptions,
  spawnOptions: SpawnOptions,
): ChildProcess {
  buildPackage()
  const node = [process.execPath, ...(options.nodeOptions ?? []), path.join(__dirname, name), ...args]
  const limit = options.fileLimit === undefined ? '' : `ulimit -S -f ${options.fileLimit} && `
  const command = [...(options.wrapper ?? []), ...node]
  const child = spawn('bash', ['-c', `${limit}exec "$@"`, 'bash', ...command], spawnOptions)
  afterTest(() => child.kill('SIGKILL'))
  return child
}

export interface Ended {
  /** The exit code; of what a signal ended, 128 and its number, as a shell has it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of test/support to its end. */
export function runProgram(
  name: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Ended> {
  const child = startProgram(name, args, options, { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), ...output })
    })
  })
}
