// J: what loading a package takes, beyond an empty Node.

import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { Stopwatch } from '../lib/clock.mjs'
import { summarise } from '../lib/statistics.mjs'

export const id = 'J'
export const title = 'Start-up'
export const about =
  'A program that only loads the package, less an empty one: time from its start to its end, and the resident size when it has loaded. Both are run in turns.'

export const metrics = {
  extraNs: { label: 'Time to load', unit: 'ns' },
  extraBytes: { label: 'Memory for loading', unit: 'B' },
}

/** What is loaded, by candidate. */
const modules = {
  record: path.join(import.meta.dirname, '..', '..'),
  addon: path.join(import.meta.dirname, '..', 'lib', 'load-addon.cjs'),
  'sonic-sync': 'sonic-boom',
  pino: 'pino',
  winston: 'winston',
  rotating: 'rotating-file-stream',
  'sqlite-off': 'better-sqlite3',
  level: 'classic-level',
  lockfile: 'proper-lockfile',
}

export function cases({ rounds, starts }) {
  return [
    {
      name: 'load',
      parameters: { starts },
      candidates: Object.keys(modules),
      labels,
      rounds,
      milliseconds: 0,
    },
  ]
}

const labels = {
  ...modules,
  record: 'wholeline',
  addon: 'its addon alone, by node-gyp-build',
}

const script = path.join(import.meta.dirname, '..', 'lib', 'load-module.cjs')

/** Where more certificates are named, an empty Node reads all of them: most of its time, and never twice the same. */
const env = { ...process.env }
delete env.NODE_EXTRA_CA_CERTS

function start(module) {
  const watch = new Stopwatch(0)
  const command = [process.execPath, [script, ...module], { encoding: 'utf8', env }]
  const { status, stdout, stderr } = spawnSync(...command)
  const spent = watch.elapsed
  if (status !== 0) throw new Error(stderr)
  return { spent, bytes: Number(stdout) }
}

export function measure({ candidate, parameters: { starts } }) {
  const spent = []
  const bytes = []
  for (let i = 0; i < starts; i++) {
    const empty = start([])
    const loaded = start([modules[candidate]])
    spent.push(loaded.spent - empty.spent)
    bytes.push(loaded.bytes - empty.bytes)
  }
  return {
    count: starts,
    metrics: { extraNs: summarise(spent).median, extraBytes: summarise(bytes).median },
  }
}

export const charts = [{ metric: 'extraNs' }, { metric: 'extraBytes' }]
