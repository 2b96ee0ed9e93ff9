// ids.mjs: a small number for each record id, for tens of millions of ids.
//
// Idea: an id is `writer:sequence`, and sequences are counted up, so a writer needs only an
// array from sequence to number; a Map of strings would need ten times the memory. Ids of
// another form go into a Map. Contract: numbers are given from 0 on in the order of adding.

const denseLimit = 1 << 26
const COLON = 58

/** @typedef {{ writer: string, numbers: Int32Array }} Writer `numbers` by sequence: number + 1, or 0 for none */

export class IdTable {
  /** @type {Map<string, Writer>} */
  #writers = new Map()
  /** @type {Map<string, number>} */
  #others = new Map()
  /** @type {Writer | undefined} */
  #lastWriter
  size = 0

  /** @param {string} id @returns {number} -1: not known */
  find(id) {
    const sequence = sequenceOf(id)
    if (sequence < 0) return this.#others.get(id) ?? -1
    const entry = this.#find(id.slice(0, id.lastIndexOf(':')))
    return entry === undefined || sequence >= entry.numbers.length ? -1 : entry.numbers[sequence] - 1
  }

  /** @param {string} id must not be known yet @returns {number} */
  add(id) {
    const number = this.size++
    const sequence = sequenceOf(id)
    if (sequence < 0) {
      this.#others.set(id, number)
      return number
    }
    const writer = id.slice(0, id.lastIndexOf(':'))
    const entry = this.#find(writer) ?? this.#addWriter(writer)
    if (sequence >= entry.numbers.length) entry.numbers = grown(entry.numbers, sequence + 1)
    entry.numbers[sequence] = number + 1
    return number
  }

  /**
   * All ids of the form writer:sequence, writer by writer, in the order of their sequences.
   * @param {(writer: string, sequence: number, number: number) => void} visit
   */
  forEachInOrder(visit) {
    for (const { writer, numbers } of this.#writers.values()) {
      for (let sequence = 0; sequence < numbers.length; sequence++) {
        if (numbers[sequence] !== 0) visit(writer, sequence, numbers[sequence] - 1)
      }
    }
  }

  /** The id of a number; slow, for messages. @param {number} wanted */
  name(wanted) {
    for (const [id, number] of this.#others) if (number === wanted) return id
    for (const { writer, numbers } of this.#writers.values()) {
      const sequence = numbers.indexOf(wanted + 1)
      if (sequence >= 0) return `${writer}:${sequence}`
    }
    throw new RangeError(`no id has the number ${wanted}`)
  }

  /** @param {string} writer */
  #find(writer) {
    // Ids of one writer come in long rows: mostly it is the one of last time.
    if (this.#lastWriter?.writer === writer) return this.#lastWriter
    const entry = this.#writers.get(writer)
    if (entry !== undefined) this.#lastWriter = entry
    return entry
  }

  /** @param {string} writer @returns {Writer} */
  #addWriter(writer) {
    const entry = { writer, numbers: new Int32Array(1024) }
    this.#writers.set(writer, entry)
    return entry
  }
}

/** The sequence in `writer:sequence` if it is a plain number below the limit, else -1. @param {string} id */
function sequenceOf(id) {
  let value = 0
  let scale = 1
  let at = id.length - 1
  for (; at >= 0; at--) {
    const digit = id.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) break
    value += digit * scale
    scale *= 10
    if (scale > 1e9) return -1
  }
  const digits = id.length - 1 - at
  if (digits === 0 || at < 0 || id.charCodeAt(at) !== COLON) return -1
  if (digits > 1 && id.charCodeAt(at + 1) === 48) return -1 // 007 is not 7
  return value < denseLimit ? value : -1
}

/** @param {Int32Array} numbers @param {number} needed */
function grown(numbers, needed) {
  const larger = new Int32Array(Math.max(needed, numbers.length * 2))
  larger.set(numbers)
  return larger
}
