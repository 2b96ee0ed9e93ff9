// npm run bench:page: docs/benchmarks.md from the newest result in bench/results, or from the one that is named.

import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { judgeAll } from './lib/judge.mjs'
import { writePage } from './page/write-page.mjs'

const folder = path.join(import.meta.dirname, 'results')

function newestResult() {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const results = names.map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')))
  const newest = results.toSorted((a, b) => a.date.localeCompare(b.date)).at(-1)
  if (newest === undefined) throw new Error('bench/results is empty: npm run bench fills it')
  return newest
}

const [given, ...others] = process.argv.slice(2)
if (others.length > 0) throw new Error('usage: npm run bench:page [-- FILE]')
const result = given === undefined ? newestResult() : JSON.parse(readFileSync(given, 'utf8'))
if (result.plan !== 'full' || !Array.isArray(result.works))
  throw new Error(`${given}: not the result of a full run`)
// The marks may have changed since.
writePage({ ...result, marks: judgeAll(result.works) })
