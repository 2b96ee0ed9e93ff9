// tally.mjs: what a row counted and what it found wrong.
//
// Contract: a fault that never happened is a violation too: such a row has tested nothing.

const keptMost = 200
const shownMost = 5

export class Tally {
  tried = 0
  acknowledged = 0
  /** @type {string[]} */
  violations = []
  violationCount = 0
  /** @type {Record<string, number>} */
  notes = {}
  #log

  /** @param {(text: string) => void} log */
  constructor(log = () => {}) {
    this.#log = log
  }

  /** @param {string} name @param {number} [count] */
  note(name, count = 1) {
    if (count > 0) this.notes[name] = (this.notes[name] ?? 0) + count
  }

  /** @param {string} text */
  violate(text) {
    this.violationCount++
    if (this.violations.length >= keptMost) return
    this.violations.push(text)
    if (this.violationCount <= shownMost) this.#log(`VIOLATION ${text}`)
  }

  /** @param {boolean} holds @param {() => string} text */
  expect(holds, text) {
    if (!holds) this.violate(text())
  }

  /** The fault must have happened. @param {string} name @param {number} [least] */
  need(name, least = 1) {
    const count = this.notes[name] ?? 0
    if (count < least) this.violate(`nothing tested: ${name} is ${count}, at least ${least} wanted`)
  }

  /** What a writer process printed at its end. @param {Record<string, any>} summary */
  absorb({ tried, acknowledged, notes, violations = [] }) {
    this.tried += tried
    this.acknowledged += acknowledged
    for (const [name, count] of Object.entries(notes ?? {})) this.note(name, count)
    for (const text of violations) this.violate(text)
  }

  result() {
    const { tried, acknowledged, violations, violationCount, notes } = this
    return { tried, acknowledged, violations, violationCount, notes }
  }
}
