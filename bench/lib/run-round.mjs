// One round: measures candidates in fresh processes, looks at what they left in their files, and takes the files away.
// Where they record in turns (lib/turns.mjs) all of them are there at once.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { loadCandidate } from '../candidates/index.mjs'
import { nativeProgram } from '../native/build.mjs'
import { checkFile, checkLines, sumOf } from './check-records.mjs'
import { MeasuredProcess } from './measured-process.mjs'
import { removeFile } from './remove-file.mjs'
import { turnFile } from './turns.mjs'

const measureScript = path.join(import.meta.dirname, 'measure.mjs')
const root = `${path.join(import.meta.dirname, '..', '..')}${path.sep}`

/** What the bare programs read: the lines of each ring in a file of its own. */
function writeRings(folder, rings) {
  return rings.map((ring, i) => {
    const file = path.join(folder, `ring-${i}`)
    writeFileSync(file, `${ring.join('\n')}\n`)
    return file
  })
}

function nativeCommand(candidate, spec, folder, rings) {
  const files = writeRings(folder, rings)
  const time = [spec.milliseconds, ...(spec.turns === undefined ? [] : [spec.turns])].map(String)
  const given =
    candidate.native === 'append_processes'
      ? [...candidate.arguments, spec.path, ...time, ...files]
      : [spec.path, files[0], ...time, ...(candidate.arguments ?? [])]
  return [nativeProgram(candidate.native), given]
}

/** Node takes as many descriptors as it may have; root may allow it more. */
function withDescriptors(wanted, program, parameters) {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  const most = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? Infinity)
  if (wanted === undefined || wanted <= most) return [program, parameters]
  return ['prlimit', [`--nofile=${wanted}:${wanted}`, program, ...parameters]]
}

/** What stands in a file of a candidate; null: it writes none. */
async function check({ candidate, adapter }, file, rings, counts) {
  const writesNothing = candidate.writesNothing ?? adapter.writesNothing ?? false
  if (writesNothing || rings === null) return null
  if (adapter.readBack === undefined) return checkFile(file, rings, counts, adapter.matches)
  const found = []
  for await (const line of adapter.readBack(file)) found.push(line)
  return checkLines(found, rings, counts)
}

/** One candidate of a round. What fails is not thrown: it becomes the result, and the others go on. */
class Measurement {
  #work
  #folder
  #spec
  #rings
  #process
  #failure
  #turn = 0
  /** Of the files that have been looked at. */
  #verdicts = []

  constructor(work, spec, base) {
    this.#work = work
    this.#folder = mkdtempSync(path.join(base, 'wholeline-bench-'))
    this.#spec = { ...spec, folder: this.#folder, path: path.join(this.#folder, 'records.jsonl') }
    this.#rings = work.rings?.(spec.parameters) ?? null
  }

  /** Resolves to whether it waits for its first turn; if not, it has ended. */
  async start() {
    const spec = this.#spec
    try {
      const { candidate } = await loadCandidate(spec.candidate)
      const node = [...(this.#work.nodeOptions ?? []), measureScript, JSON.stringify(spec)]
      const [program, parameters] =
        candidate.native === undefined
          ? [process.execPath, node]
          : nativeCommand(candidate, spec, this.#folder, this.#rings)
      this.#process = new MeasuredProcess(
        ...withDescriptors(spec.parameters.descriptors, program, parameters),
      )
    } catch (error) {
      this.#failure = error
      return false
    }
    return this.#process.untilReady()
  }

  /** Resolves to whether it waits for another turn. */
  async takeTurn() {
    const { isReady, counts } = await this.#process.takeTurn()
    const file = turnFile(this.#spec.path, this.#turn++)
    if (counts !== null) await this.#look(file, counts)
    removeFile(file)
    return isReady
  }

  async #look(file, counts) {
    try {
      const verdict = await check(await loadCandidate(this.#spec.candidate), file, this.#rings, counts)
      if (verdict !== null) this.#verdicts.push(verdict)
    } catch (error) {
      this.#failure ??= error
    }
  }

  async #result() {
    if (this.#failure !== undefined) throw this.#failure
    const result = await this.#process.result()
    if (result.skipped !== undefined || result.verdict !== undefined || result.parts !== undefined)
      return result
    if (this.#verdicts.length === 0) await this.#look(this.#spec.path, [result.count])
    if (this.#failure !== undefined) throw this.#failure
    return { ...result, verdict: sumOf(this.#verdicts) }
  }

  /** Its result, when it has ended; its files are gone then. */
  async finish() {
    try {
      return await this.#result()
    } catch (error) {
      const said = error.message.trim()
      // A result that is kept names no folder of the machine that it was measured on.
      return { failure: said.split('\n').slice(0, 12).join('\n').replaceAll(root, '') }
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }
}

/**
 * @param work - the module of the work
 * @param specs - { work, candidate, parameters, milliseconds, turns } for each candidate
 * @param base - the folder to measure in
 * @param together - how many may start, and warm up, at once
 * @returns for each { count, metrics, verdict } or { parts } with that of several cases, { failure }, { skipped }
 */
export async function runRound(work, specs, base, together) {
  const all = specs.map((spec) => new Measurement(work, spec, base))
  let waiting = []
  for (let i = 0; i < all.length; i += together) {
    const starting = all.slice(i, i + together)
    const ready = await Promise.all(starting.map((one) => one.start()))
    waiting.push(...starting.filter((_, k) => ready[k]))
  }
  while (waiting.length > 0) {
    const left = []
    for (const one of waiting) if (await one.takeTurn()) left.push(one)
    waiting = left
  }
  const results = []
  for (const one of all) results.push(await one.finish())
  return results
}
