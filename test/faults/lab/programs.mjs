// programs.mjs: runs tools, builds the laboratory's programs and says what is missing.
//
// Idea: a fault test that cannot make its fault must not pass quietly, so whatever is
// not there becomes a LabError that names it; the caller decides whether that fails.
// Contract: all synchronous, so that cleaning up works while the process is ending.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const labFolder = dirname(fileURLToPath(import.meta.url))
const buildFolder = join(labFolder, '../../../build/lab')

export class LabError extends Error {
  name = 'LabError'
}

/**
 * Runs a command to its end and returns what it printed; throws a LabError with its complaint.
 * @param {string} command
 * @param {string[]} parameters
 */
export function run(command, ...parameters) {
  try {
    return execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { code, stderr, message } = /** @type {NodeJS.ErrnoException & { stderr?: string }} */ (error)
    if (code === 'ENOENT') throw new LabError(`${command} is not installed (test/faults/lab/install.sh)`)
    const complaint = String(stderr ?? '').trim() || message
    throw new LabError(`${command} ${parameters.join(' ')}: ${complaint}`, { cause: error })
  }
}

export function requireRoot() {
  if (process.getuid?.() !== 0) throw new LabError('root is missing: making file systems needs it')
}

/** @param {string} name a file system as /proc/filesystems calls it */
export function requireFileSystem(name) {
  const known = () => readFileSync('/proc/filesystems', 'utf8').split(/\s+/).includes(name)
  if (known()) return
  try {
    run('modprobe', name)
  } catch {
    // No module to load either: what counts is whether the kernel knows it now.
  }
  if (!known()) throw new LabError(`this kernel has no ${name}`)
}

/** @param {string} path */
export function requireDevice(path) {
  if (!existsSync(path)) throw new LabError(`${path} is missing`)
}

let built = false

/**
 * Path of a laboratory program ('appender', 'preload.so', ...); builds what is out of date first.
 * @param {string} name
 */
export function labProgram(name) {
  if (!built) {
    mkdirSync(buildFolder, { recursive: true })
    // Test files run side by side: only one of them may run make at a time.
    run('flock', join(buildFolder, 'lock'), 'make', '-s', '-C', labFolder)
    built = true
  }
  const path = join(buildFolder, name)
  if (!existsSync(path)) throw new LabError(`no such laboratory program: ${name}`)
  return path
}
