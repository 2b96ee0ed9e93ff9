// every_call.mjs: runs scenarios under the preload library, with one fault each (rows 2, 3 and 5).
//
// Use: node every_call.mjs '{"folder","page","points":[{"scenario","call","n","effect","cut","forever"}]}'
// The files lie in folder/in, which is what can fail; setting up, foreign appends and looking at the outcome
// go through hard links and names elsewhere, so they neither fail nor count. After each scenario the fault
// is healed, the recorder must go on, and all that was promised must hold.
// Contract: prints a tally; a call that does not return within 10 s ends the program with a violation.

import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { join } from 'node:path'
import { PlanPage } from '../lab/preload.mjs'
import { makeRecord } from '../support/records.mjs'
import { scenarios } from '../support/scenarios.mjs'
import { checkSmall } from '../support/small_file.mjs'
import { Tally } from '../support/tally.mjs'

const { Recorder, AppendError } = createRequire(import.meta.url)('../../../dist/index.js')
const request = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const page = new PlanPage(request.page)
const inside = join(request.folder, 'in')
const outside = join(request.folder, 'out')
const tally = new Tally()
const recordBytes = 60

class Context {
  records = []
  foreignBytes = []
  recorder = null
  fragmentTold = false
  errors = []
  closed = false
  moved = false
  #sequence = 0
  #lost = 0
  #options = {}

  constructor(point) {
    this.point = point
    this.path = join(inside, 'file.jsonl')
    this.link = join(outside, 'file.jsonl')
  }

  prepare({ content, reader }) {
    for (const folder of [inside, outside]) {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder)
    }
    if (content !== undefined || reader) {
      writeFileSync(this.link, content ?? '')
      linkSync(this.link, this.path)
    }
    if (content) for (const line of content.split('\n').filter(Boolean)) this.foreignBytes.push(line)
    this.reader = reader ? openSync(this.link, 'r') : -1
  }

  next() {
    const text = makeRecord('W', this.#sequence++, recordBytes)
    const record = { text, state: 'given' }
    this.records.push(record)
    return record
  }

  /** Takes an error of the package; any other is a mistake, of the test or of the package. */
  take(error, records) {
    if (!(error instanceof AppendError)) throw error
    this.errors.push(error)
    if (
      error.state !== 'failed' ||
      error.rollback?.outcome === 'pending' ||
      error.rollback?.outcome === 'none'
    )
      this.fragmentTold = true
    for (const record of records) record.state = error.state
    tally.note(`${error.code}`)
    if (error.state !== 'failed') tally.note(error.state)
  }

  listen(recorder, options) {
    this.recorder = recorder
    this.#options = options
    this.#lost = 0
    recorder.on('error', (error) => this.take(error, []))
    recorder.on('rollback', ({ outcome }) => {
      tally.note(outcome)
      if (outcome === 'pending' || outcome === 'none') this.fragmentTold = true
    })
    recorder.on('moved', ({ what }) => {
      if (what === 'rotated') this.moved = true
    })
    const { repair } = recorder
    if (repair) tally.note(`repair ${repair.action}`)
  }

  #place(options) {
    if (options.path) this.path = join(inside, options.path)
    const rest = { ...options }
    delete rest.path
    return rest
  }

  async open(options = {}) {
    const rest = this.#place(options)
    try {
      this.listen(await Recorder.open(this.path, rest), rest)
    } catch (error) {
      this.take(error, [])
    }
  }

  openSync(options = {}) {
    const rest = this.#place(options)
    try {
      this.listen(Recorder.openSync(this.path, rest), rest)
    } catch (error) {
      this.take(error, [])
    }
  }

  async append(options) {
    if (this.recorder === null) return
    const record = this.next()
    try {
      record.range = await this.recorder.appendLine(record.text, options)
      record.state = 'acknowledged'
    } catch (error) {
      this.take(error, [record])
    }
  }

  appendSync() {
    if (this.recorder === null) return
    const record = this.next()
    try {
      record.range = this.recorder.appendLineSync(record.text)
      record.state = 'acknowledged'
    } catch (error) {
      this.take(error, [record])
    }
  }

  async appendAll(count) {
    if (this.recorder === null) return
    const records = Array.from({ length: count }, () => this.next())
    try {
      const ranges = await this.recorder.appendAll(records.map(({ text }) => JSON.parse(text)))
      records.forEach((record, i) => {
        record.state = 'acknowledged'
        record.range = ranges[i]
      })
    } catch (error) {
      this.take(error, records)
    }
  }

  async together(promises) {
    await Promise.all(promises)
  }

  write() {
    if (this.recorder === null) return
    const record = this.next()
    try {
      this.recorder.writeLine(record.text)
    } catch (error) {
      this.take(error, [record])
    }
  }

  #flushed() {
    // Which ones were lost is not told by name: then nothing is claimed of any.
    const { lostRecords } = this.recorder.stats
    const state = lostRecords === this.#lost ? 'acknowledged' : 'indeterminate'
    this.#lost = lostRecords
    for (const record of this.records) if (record.state === 'given') record.state = state
  }

  async flush() {
    if (this.recorder === null) return
    try {
      await this.recorder.flush()
      this.#flushed()
    } catch (error) {
      this.take(error, [])
    }
  }

  flushSync() {
    if (this.recorder === null) return
    try {
      this.recorder.flushSync()
      this.#flushed()
    } catch (error) {
      this.take(error, [])
    }
  }

  async sync() {
    if (this.recorder === null) return
    try {
      await this.recorder.sync()
      this.#flushed()
    } catch (error) {
      this.take(error, [])
    }
  }

  async close() {
    if (this.recorder === null || this.closed) return
    this.closed = true
    try {
      await this.recorder.close()
      this.#flushed()
    } catch (error) {
      this.take(error, [])
      for (const record of this.records) if (record.state === 'given') record.state = 'indeterminate'
    }
  }

  async reopen() {
    if (this.recorder === null) return
    try {
      await this.recorder.reopen()
    } catch (error) {
      this.take(error, [])
    }
  }

  rename(name) {
    if (existsSync(this.path)) renameSync(this.path, join(inside, name))
  }

  foreign(bytes) {
    appendFileSync(this.link, bytes)
    this.foreignBytes.push(bytes.trim())
  }

  /** Healed: it must go on, or say why not and go on once opened anew. */
  async goOn() {
    if (this.closed) return
    const before = this.errors.length
    if (this.recorder === null) await this.open(this.#options)
    await this.flush()
    await this.append()
    if (this.records.at(-1)?.state !== 'acknowledged') {
      const { kind } = this.errors.at(-1) ?? {}
      if (kind !== 'Poisoned') tally.violate(`${this.name}: healed, and still ${this.errors.at(-1)?.message}`)
      await this.reopen()
      await this.append()
      if (this.records.at(-1)?.state !== 'acknowledged')
        tally.violate(`${this.name}: healed and reopened, and still ${this.errors.at(-1)?.message}`)
      tally.note('reopened after poison')
    } else if (before > 0) tally.note('went on')
    await this.close()
  }

  get name() {
    const { scenario, call, n, effect, cut, forever } = this.point
    return `${scenario}: ${call}:${n}${forever ? '+' : ''}:${effect} cut ${cut}`
  }

  /** The errors name what was injected, and how. */
  checkErrors(plan) {
    const possible = new Set(
      [...plan.matchAll(/\bE[A-Z]+\b/g)].map(
        ([code]) => constants.errno[code] ?? (code === 'EDQUOT' ? 122 : 0),
      ),
    )
    for (const { code, errno, kind, syscall, path, range, requested, state } of this.errors) {
      const what = JSON.stringify({ code, errno, kind, syscall, path, range, requested, state })
      const exact =
        typeof kind === 'string' &&
        path?.startsWith(inside) &&
        (errno === 0 ? code.startsWith('ERR_') : syscall !== null && code.startsWith('E'))
      if (!exact) tally.violate(`${this.name}: W7 inexact error ${what}`)
      if (errno !== 0 && possible.size > 0 && !possible.has(errno))
        tally.violate(`${this.name}: W7 nobody gave this errno: ${what}`)
    }
  }

  check({ torn }) {
    if (this.reader >= 0) closeSync(this.reader)
    const paths = new Set([this.path, this.recorder?.path, join(inside, 'file.jsonl.old')].filter(Boolean))
    for (const name of readdirSync(inside, { recursive: true }))
      if (/\.jsonl(\.\d+)?$/.test(name)) paths.add(join(inside, name))
    const files = [...paths].filter((path) => existsSync(path)).map((path) => readFileSync(path))
    let foreign = this.foreignBytes
    if (torn && existsSync(`${this.path}.torn`)) {
      const saved = readFileSync(`${this.path}.torn`, 'latin1').includes(Buffer.from(torn).toString('base64'))
      if (saved) foreign = foreign.filter((bytes) => bytes !== torn)
    }
    const { records, fragmentTold, moved: copies } = this
    const violations = checkSmall({
      files,
      records,
      foreign,
      debris: torn ? [torn] : [],
      fragmentTold,
      copies,
    })
    for (const text of violations) tally.violate(`${this.name}: ${text}`)
  }
}

async function runPoint(point) {
  const scenario = scenarios[point.scenario]
  const context = new Context(point)
  context.prepare(scenario)
  const own =
    point.call === 'none' ? '' : `${point.call}:${point.n}${point.forever ? '+' : ''}:${point.effect}`
  context.plan = [own, scenario.plan?.(point.cut) ?? ''].filter(Boolean).join(';')
  tally.tried++
  page.set(context.plan)
  try {
    await scenario.run(context)
  } finally {
    page.set('')
  }
  if (request.countOnly) {
    // What follows is not the scenario's: under another name it is no longer counted.
    renameSync(inside, `${inside}-done`)
    return
  }
  await context.goOn()
  context.checkErrors(context.plan)
  context.check(scenario)
  tally.acknowledged += context.records.filter(({ state }) => state === 'acknowledged').length
  if (context.errors.length > 0) tally.note('points with an error')
}

function end() {
  console.log(JSON.stringify(tally.result()))
}

for (const point of request.points) {
  const watchdog = setTimeout(() => {
    tally.violate(`${JSON.stringify(point)}: did not return within 10 s`)
    end()
    process.exit(0)
  }, 10_000)
  try {
    await runPoint(point)
  } catch (error) {
    tally.violate(`${JSON.stringify(point)}: ${error.stack}`)
  }
  clearTimeout(watchdog)
}
end()
