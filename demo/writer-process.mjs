// A writing process, as its parent sees it: running, out of room, or closed. Every step is taken on a
// message of the other side; nobody sleeps.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { lift, underLimit } from './room.mjs'

const script = fileURLToPath(new URL('writer.mjs', import.meta.url))

export class WriterProcess {
  /** What its appends were acknowledged with: { writer, sequence, range }, range null where none is given. */
  acknowledged = []
  /** Attempts that failed. */
  failures = 0
  /** Failed attempts of which something had landed, as far as they were told. */
  tornAppends = 0
  /** How many of these were taken back in which way. */
  rollbacks = {}
  finished = false
  #task
  #child
  #exited
  #sequence = 0

  /** @param task - { kind, path, writer, records, lifting } */
  constructor(task) {
    this.#task = task
  }

  /** Starts it under a limit, and returns when it has the file open. */
  async start(limit) {
    const { kind, path, writer, records } = this.#task
    const args = [script, kind, path, writer, records, this.#sequence].map(String)
    const [command, commandArgs] = underLimit(limit, [process.execPath, ...args])
    this.#child = spawn(command, commandArgs, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#exited = once(this.#child, 'exit')
    await this.#nextReport()
  }

  /** Lets it write until it is out of room or has closed the file. */
  async run() {
    this.#child.send('go')
    const report = await this.#nextReport()
    if (report.type !== 'closed') return
    await this.#end()
    this.finished = true
  }

  /** Gives it more room: lifts its limit, or starts it again where that cannot be done. */
  async giveRoom(limit) {
    if (this.#task.lifting) {
      await lift(this.#child.pid, limit)
      return
    }
    this.#child.send('stop')
    await this.#nextReport()
    await this.#end()
    await this.start(limit)
  }

  /** Ends it, whatever it does. */
  kill() {
    this.#child?.kill('SIGKILL')
  }

  async #end() {
    this.#child.send('go')
    await this.#exited
  }

  async #nextReport() {
    const ended = this.#exited.then(([code, signal]) => {
      throw new Error(`writer ${this.#task.writer} ended too early (${signal ?? `exit code ${code}`})`)
    })
    const [report] = await Promise.race([once(this.#child, 'message'), ended])
    if (report.type === 'broken') throw new Error(`writer ${this.#task.writer}: ${report.message}`)
    this.#take(report)
    return report
  }

  #take(report) {
    const { writer } = this.#task
    this.#sequence = report.sequence
    if (report.type === 'full') this.failures++
    for (const { sequence, range } of report.acknowledged) this.acknowledged.push({ writer, sequence, range })
    this.tornAppends += report.tornAppends
    for (const [outcome, count] of Object.entries(report.rollbacks)) {
      this.rollbacks[outcome] = (this.rollbacks[outcome] ?? 0) + count
    }
  }
}
