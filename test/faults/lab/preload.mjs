// preload.mjs: runs a program under the preload library, with a plan that can change meanwhile.
//
// Idea: `env = preloadEnvironment({ target, plan })` for a fixed plan; a PlanPage where the
// driver has to heal or change it while the program runs: the next call follows it already.
// Contract: `target` is a prefix of absolute, real paths (no symbolic link in it), as
// /proc/self/fd shows them. The grammar of plans is in fault_plan.h.

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { labProgram } from './programs.mjs'

const pageSize = 4096
const textSize = pageSize - 4

/**
 * @param {object} options
 * @param {string} options.target file, folder or prefix: only what lies there can fail
 * @param {string} [options.plan]
 * @param {PlanPage} [options.page]
 * @param {string} [options.countFile] gets the counts as JSON when the program ends by itself
 * @returns {Record<string, string>} to be added to the program's environment
 */
export function preloadEnvironment({ target, plan, page, countFile }) {
  return {
    LD_PRELOAD: labProgram('preload.so'),
    FAULT_PATH: target,
    ...(plan !== undefined && { FAULT_PLAN: plan }),
    ...(page && { FAULT_PLAN_FILE: page.path }),
    ...(countFile && { FAULT_COUNT_FILE: countFile }),
  }
}

/**
 * The counts that a program left; `fired` is how many calls met a rule.
 * @param {string} countFile
 * @returns {Record<string, number>}
 */
export function readCounts(countFile) {
  return JSON.parse(readFileSync(countFile, 'utf8'))
}

/** The plan in a file that the running program has mapped. Never truncate that file. */
export class PlanPage {
  #fd
  #generation = 0

  /** @param {string} path @param {string} [plan] */
  constructor(path, plan = '') {
    this.path = path
    this.#fd = openSync(path, 'w+')
    this.set(plan)
  }

  /** @param {string} plan '' heals; counting starts again at 1 */
  set(plan) {
    const text = Buffer.alloc(textSize)
    if (text.write(plan) !== Buffer.byteLength(plan) || plan.length >= textSize)
      throw new RangeError('plan too long')
    writeSync(this.#fd, text, 0, textSize, 0)
    // Only now, in a write of its own: whoever sees the new number sees the new text.
    const generation = Buffer.alloc(4)
    generation.writeUInt32LE(++this.#generation)
    writeSync(this.#fd, generation, 0, 4, textSize)
  }

  close() {
    closeSync(this.#fd)
  }
}
