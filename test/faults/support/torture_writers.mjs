// torture_writers.mjs: what writes in the tortures: 4 recorders, each in a style of its own, that are killed and
// started again, and 2 plain appenders.
//
// Contract: each recorder process has a writer name of its own, STYLE-RUN; the acks of all runs of a style are in
// one log.

import { join } from 'node:path'
import { startWriter } from './processes.mjs'

const styles = ['append', 'appendSync', 'write', 'all']

export class Slot {
  runs = 0

  /** @param {string} style @param {number} index @param {{ file: string, logs: string, seed: number, recorder?: object }} options */
  constructor(style, index, options) {
    this.style = style
    this.index = index
    this.options = options
    this.acks = join(options.logs, `${style}.acks`)
    this.failures = join(options.logs, `${style}.failures`)
  }

  start() {
    const writer = `${this.style}-${this.runs++}`
    const { style, acks, failures, index } = this
    const { file, seed, recorder } = this.options
    this.process = startWriter('recorder', {
      file,
      writer,
      style,
      acks,
      failures,
      recorder,
      seconds: 3600,
      seed: seed * 1000 + index * 100 + this.runs,
      size: [80, 600],
      batch: 4,
      pauseMs: 4,
    })
  }

  /** @param {NodeJS.Signals} signal */
  async kill(signal) {
    this.process.kill(signal)
    return this.process.ended
  }
}

/** @param {{ file: string, logs: string, seed: number, recorder?: object }} options */
export function startSlots(options) {
  const slots = styles.map((style, i) => new Slot(style, i, options))
  for (const slot of slots) slot.start()
  return slots
}

/** @param {{ file: string, logs: string, seed: number }} options */
export function startPlain({ file, logs, seed }) {
  return ['plain-0', 'plain-1'].map((writer, i) => {
    const acks = join(logs, `${writer}.acks`)
    const options = { file, writer, seconds: 3600, size: [60, 400], seed: seed + i, pauseMs: 4, acks }
    return { ...startWriter('plain', options), acks }
  })
}
