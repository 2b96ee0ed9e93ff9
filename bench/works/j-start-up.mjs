// J: what loading a package takes, beyond an empty Node, and what it takes until a first record stands in a file. Time
// is measured within the process: how long a whole one takes differs by more from one to the next.

import { execFileSync } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { sizedLines } from '../lib/records.mjs'
import { summarise } from '../lib/statistics.mjs'

export const id = 'J'
export const title = 'Start-up'
export const about =
  'How long `require()` of the package takes in a fresh process, by its name and from a folder where it is installed, and how much larger the process is then than an empty one; a tenth of a megabyte more or less is chance. Beside it an empty package of the same name, with the same package.json: most of the time is what Node takes to find a package. wholeline loads what records, and its addon, when a file is first opened. So the other cases are programs that also record: an ES module imports a small adapter and with it the package, opens a file, records one line of 256 bytes and closes it, less the same with an adapter that does nothing. Their times hold that adapter, too, and are not to be compared with those of `require()`. With and without are run in turns.'

export const metrics = {
  extraNs: { label: 'Time to load', unit: 'ns' },
  extraBytes: { label: 'Memory for loading', unit: 'B' },
  recordedNs: { label: 'Time to load, and to record one', unit: 'ns' },
  recordedBytes: { label: 'Memory for loading, and for recording one', unit: 'B' },
}

const root = path.join(import.meta.dirname, '..', '..')
const requireHere = createRequire(import.meta.url)

/** The file of the addon: loading it alone is the least that a program needs to record with it. */
function addonFile() {
  const fromRoot = createRequire(path.join(root, 'package.json'))
  return requireHere(fromRoot.resolve('node-gyp-build')).path(root)
}

/** What is loaded, by candidate. */
const modules = {
  record: 'wholeline',
  'empty-package': 'wholeline',
  addon: addonFile(),
  'sonic-sync': 'sonic-boom',
  pino: 'pino',
  winston: 'winston',
  rotating: 'rotating-file-stream',
  'sqlite-off': 'better-sqlite3',
  level: 'classic-level',
  lockfile: 'proper-lockfile',
}

const labels = {
  record: 'wholeline',
  addon: 'its addon alone',
  'sonic-sync': 'sonic-boom',
  rotating: 'rotating-file-stream',
  'sqlite-off': 'better-sqlite3',
  level: 'classic-level',
  lockfile: 'proper-lockfile',
}

const own = ['record', 'empty-package', 'addon']
const peers = Object.keys(modules).filter((candidate) => !own.includes(candidate))

export function cases({ rounds, startRounds, starts }) {
  const one = (name, candidates, rounds, rest) => ({
    name,
    parameters: { starts },
    candidates,
    rounds,
    milliseconds: 0,
    ...rest,
  })
  const few = Math.min(rounds, 3)
  const records = { parameters: { starts, records: true } }
  return [
    one('load', own, startRounds, { labels }),
    one('load, others beside it', ['record', ...peers], few, { labels }),
    one('load and record one', ['fs-write', 'append', 'record'], rounds, records),
    one('load and record one, others beside it', ['append', ...peers], few, records),
  ]
}

/** The record of the cases that record. */
export const rings = ({ records = false }) => (records ? [sizedLines(256).slice(0, 1)] : null)

const library = path.join(import.meta.dirname, '..', 'lib')
const loading = path.join(library, 'load-module.cjs')
const recording = path.join(library, 'load-and-record.mjs')

/**
 * Gives the script that loads, in a folder where the package is installed: to find it by name takes time, too. With
 * `isEmpty` its main file is empty.
 */
function installed(folder, isEmpty) {
  const target = path.join(folder, 'node_modules', 'wholeline')
  cpSync(path.join(root, 'package.json'), path.join(target, 'package.json'))
  cpSync(path.join(root, 'dist'), path.join(target, 'dist'), { recursive: true })
  if (isEmpty) writeFileSync(path.join(target, 'dist', 'index.js'), '')
  const script = path.join(folder, path.basename(loading))
  cpSync(loading, script)
  return script
}

/** Where more certificates are named, Node reads all of them first. */
const env = { ...process.env }
delete env.NODE_EXTRA_CA_CERTS

function start(script, given) {
  return JSON.parse(execFileSync(process.execPath, [script, ...given], { encoding: 'utf8', env }))
}

/** Medians of what the script tells with `given`, beyond what it tells with `without`; both in turns. */
function compare(starts, script, without, given, prepare = () => {}) {
  const spent = []
  const bytes = []
  for (let i = 0; i < starts; i++) {
    prepare()
    const empty = start(script, without)
    const whole = start(script, given)
    spent.push(whole.spent - empty.spent)
    bytes.push(whole.bytes - empty.bytes)
  }
  return { spent: summarise(spent).median, bytes: summarise(bytes).median }
}

export function measure({ candidate, folder, path: file, parameters: { starts, records = false } }) {
  if (!records) {
    const byName = candidate === 'record' || candidate === 'empty-package'
    const script = byName ? installed(folder, candidate === 'empty-package') : loading
    const { spent, bytes } = compare(starts, script, [], [modules[candidate]])
    return { count: starts, metrics: { extraNs: spent, extraBytes: bytes } }
  }
  // A new file each time; the last one stays, and is looked at.
  const remove = () => rmSync(file, { recursive: true, force: true })
  const { spent, bytes } = compare(starts, recording, ['nothing', file], [candidate, file], remove)
  return { count: 1, metrics: { recordedNs: spent, recordedBytes: bytes } }
}

export const charts = [
  { metric: 'extraNs' },
  { metric: 'extraBytes' },
  { metric: 'recordedNs' },
  { metric: 'recordedBytes' },
]
