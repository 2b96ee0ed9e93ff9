// processes.mjs: starts writers and laboratory programs, and waits for their counts.
//
// Contract: each prints one line of JSON at its end; one that ends otherwise than it should throws,
// unless it was killed on purpose. Nothing started here outlives this process.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { labProgram } from '../lab/programs.mjs'

const writers = join(dirname(fileURLToPath(import.meta.url)), '../writers')
/** Among the codes: give it a standard input, whose end tells it to stop. */
const input = -1
const alive = new Set()
/** @type {string[]} */
const folders = []

process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/**
 * @param {string} command @param {string[]} parameters @param {Record<string, string>} [env]
 * @param {number[]} [codes] the ends that are no mistake
 */
export function start(command, parameters, env = {}, codes = [0]) {
  const child = spawn(command, parameters, {
    stdio: [codes.includes(input) ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  alive.add(child)
  let [output, complaint] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text))
  let killed = false
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      alive.delete(child)
      const what = `${command} ${parameters.join(' ').slice(0, 300)}`
      const fine = code === null ? killed : codes.includes(code)
      if (!fine) {
        reject(new Error(`${what}: ended with ${code ?? signal}: ${complaint.slice(-2000)}`))
        return
      }
      try {
        resolve({
          code,
          signal,
          ...(output.trim() === '' ? {} : JSON.parse(output.trim().split('\n').at(-1) ?? '')),
        })
      } catch (error) {
        reject(new Error(`${what}: printed no JSON: ${output.slice(-500)}`, { cause: error }))
      }
    })
  })
  ended.catch(() => {})
  return {
    child,
    /** @type {Promise<any>} */
    ended,
    /** @param {NodeJS.Signals} [signal] */
    kill(signal = 'SIGKILL') {
      killed = true
      child.kill(signal)
    },
  }
}

/**
 * Plain appenders in a tight loop, whose records are counted and looked for in C (lab/foreign_loop.c).
 * @param {string} file @param {Record<string, string | number>} options
 */
export async function startForeignLoop(file, options) {
  const parameters = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const loop = start(labProgram('foreign_loop'), [file, ...parameters], {}, [0, input])
  await new Promise((resolve, reject) => {
    loop.child.stdout.once('data', resolve)
    loop.ended.catch(reject)
  })
  return {
    /** @returns {Promise<{ foreign: number, lost: number }>} */
    stop() {
      loop.child.stdin?.end()
      return loop.ended
    },
  }
}

/** A program of test/faults/writers. @param {string} name @param {object} options @param {Record<string, string>} [env] */
export function startWriter(name, options, env = {}) {
  return start(
    process.execPath,
    [join(writers, `${name}.mjs`), typeof options === 'string' ? options : JSON.stringify(options)],
    env,
  )
}

/** A plain appender of the laboratory. @param {string} file @param {Record<string, string | number>} options */
export function startAppender(file, options) {
  const parameters = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  return start(labProgram('appender'), [file, ...parameters], {}, [0, 3])
}

/** A folder for logs, on the system's own disk, which goes away with this process. */
export function makeLogFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'wholeline-faults-'))
  folders.push(folder)
  return folder
}

/** Somebody appends one line with the shell; resolves when that has happened. @param {string} file @param {string} line */
export async function startForeignLine(file, line) {
  await start('sh', ['-c', 'printf "%s\\n" "$1" >> "$2"', 'sh', line, file]).ended
}
