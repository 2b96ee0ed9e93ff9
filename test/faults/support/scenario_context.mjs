// scenario_context.mjs: what a scenario is given: the calls it may make, each with its outcome noted.
//
// Contract: takes the errors of the package, and only those; what was told of each record is in `records`. The
// files lie in `inside`, which can fail; `link` is the same file by a name that cannot.

import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { makeRecord } from './records.mjs'

const { Recorder, AppendError } = createRequire(import.meta.url)('../../../dist/index.js')
const recordBytes = 60

export class ScenarioContext {
  records = []
  foreignBytes = []
  recorder = null
  fragmentTold = false
  errors = []
  closed = false
  moved = false
  #sequence = 0
  #lost = 0
  options = {}

  /** @param {object} point @param {{ inside: string, outside: string, tally: import('./tally.mjs').Tally }} places */
  constructor(point, { inside, outside, tally }) {
    this.point = point
    this.inside = inside
    this.outside = outside
    this.tally = tally
    this.path = join(inside, 'file.jsonl')
    this.link = join(outside, 'file.jsonl')
  }

  prepare({ content, reader }) {
    for (const folder of [this.inside, this.outside]) {
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
    this.tally.note(`${error.code}`)
    if (error.state !== 'failed') this.tally.note(error.state)
  }

  listen(recorder, options) {
    this.recorder = recorder
    this.options = options
    this.#lost = 0
    recorder.on('error', (error) => this.take(error, []))
    recorder.on('rollback', ({ outcome }) => {
      this.tally.note(outcome)
      if (outcome === 'pending' || outcome === 'none') this.fragmentTold = true
    })
    recorder.on('moved', ({ what }) => {
      if (what === 'rotated') this.moved = true
    })
    const { repair } = recorder
    if (repair) this.tally.note(`repair ${repair.action}`)
  }

  #place(options) {
    if (options.path) this.path = join(this.inside, options.path)
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
    if (existsSync(this.path)) renameSync(this.path, join(this.inside, name))
  }

  foreign(bytes) {
    appendFileSync(this.link, bytes)
    this.foreignBytes.push(bytes.trim())
  }

  get name() {
    const { scenario, call, n, effect, cut, forever } = this.point
    return `${scenario}: ${call}:${n}${forever ? '+' : ''}:${effect} cut ${cut}`
  }
}
