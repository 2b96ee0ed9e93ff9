// A process that measures, seen from outside: it is let on from turn to turn (lib/turns.mjs), and the last line that it
// prints is its result.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { readyLine, writtenWord } from './turns.mjs'

const timeoutMs = 180_000

export class MeasuredProcess {
  #child
  #lines
  #closed
  #last = ''
  #written = null
  #said = ''

  constructor(program, parameters) {
    this.#child = spawn(program, parameters)
    // Not by an option of spawn: that keeps waiting for what could not be started.
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs)
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    this.#child.stderr.setEncoding('utf8').on('data', (text) => (this.#said += text))
    // One that has ended is told to go on; how it ended says more.
    this.#child.stdin.on('error', () => {})
    this.#closed = new Promise((resolve) => {
      const settle = (failure) => {
        clearTimeout(timer)
        resolve(failure)
      }
      this.#child.on('error', (error) => settle(error.message))
      this.#child.on('close', (code, signal) => settle(code === 0 ? null : `ended by ${signal ?? code}`))
    })
  }

  /** Resolves to true once it waits for its turn, and to false if it has ended instead. */
  async untilReady() {
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done) return false
      if (value === readyLine) return true
      if (value.startsWith(writtenWord)) this.#written = value.split(' ').slice(1).map(Number)
      else this.#last = value
    }
  }

  /**
   * Its turn: resolves when it waits for the next one, or has ended: to whether it waits, and to the counts of the records
   * that its writers have left in the file of the turn; null: it had none.
   */
  async takeTurn() {
    this.#written = null
    this.#child.stdin.write('\n')
    const isReady = await this.untilReady()
    return { isReady, counts: this.#written }
  }

  /** What it found. Rejects with what it said on standard error if it failed. */
  async result() {
    const failure = await this.#closed
    if (failure !== null) throw new Error(this.#said.trim() || failure)
    return JSON.parse(this.#last)
  }
}
