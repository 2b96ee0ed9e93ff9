// every_call.mjs: makes the points (scenario, call, n-th, effect) and runs them in a few processes.
//
// Idea: a first run of each scenario without the fault under test tells, by the preload library's own
// counts, which calls it makes and how often; so n never goes past the last one and each fault fires. At the
// end the library's count of fired rules is compared with the number of points, scenario by scenario.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFileSystem } from '../lab/file_systems.mjs'
import { PlanPage, preloadEnvironment, readCounts } from '../lab/preload.mjs'
import { makeLogFolder, startWriter } from './processes.mjs'
import { randomOf, within } from './records.mjs'
import { scenarios } from './scenarios.mjs'

const chunk = 500
const together = 2

function chunked(points) {
  const chunks = []
  for (let at = 0; at < points.length; at += chunk) chunks.push(points.slice(at, at + chunk))
  return chunks
}

/** One process over some points; its counts with what it printed. */
async function runPoints(base, points, countOnly = false) {
  const logs = mkdtempSync(join(makeLogFolder(), 'points-'))
  const folder = mkdtempSync(join(base, 'w-'))
  for (const name of ['in', 'out']) mkdirSync(join(folder, name))
  const [page, counts, request] = ['page', 'counts', 'request.json'].map((name) => join(logs, name))
  new PlanPage(page).close()
  writeFileSync(request, JSON.stringify({ folder, page, points, countOnly }))
  const env = preloadEnvironment({
    target: `${join(folder, 'in')}/`,
    page: { path: page },
    countFile: counts,
  })
  const summary = await startWriter('every_call', request, env).ended
  return { ...summary, counts: readCounts(counts) }
}

/** @returns {Promise<Record<string, Record<string, number>>>} by scenario: how often it makes each call */
async function countCalls(base, cut) {
  const all = {}
  const names = Object.keys(scenarios)
  const work = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      const { counts, violations } = await runPoints(
        base,
        [{ scenario: name, call: 'none', n: 0, effect: '', cut }],
        true,
      )
      if (violations.length > 0) throw new Error(`${name} fails without a fault: ${violations[0]}`)
      delete counts.fired
      all[name] = counts
    }
  }
  await Promise.all(Array.from({ length: together }, work))
  return all
}

/**
 * @param {{ tally: import('./tally.mjs').Tally, effects: (call: string) => string[], forever: boolean,
 *   count: number, seconds?: number, seed: number, log: (text: string) => void, kinds?: string[] }} options
 */
export async function runEveryCall({
  tally,
  effects,
  forever,
  count,
  seconds,
  seed,
  log,
  kinds = ['tmpfs', 'ext4', 'xfs', 'btrfs', 'overlay-ext4'],
}) {
  const random = randomOf(seed)
  const until = seconds === undefined ? Infinity : performance.now() + seconds * 1000
  const pointsOf = (calls, cut) => {
    const points = []
    for (const [scenario, counts] of Object.entries(calls)) {
      for (const [call, times] of Object.entries(counts)) {
        for (let n = 1; n <= times; n++)
          for (const effect of effects(call)) points.push({ scenario, call, n, effect, cut, forever })
      }
    }
    return points
  }
  let [points, round] = [0, 0]
  for (; points < count && performance.now() < until; round++) {
    const kind = kinds[round % kinds.length]
    const disk = await makeFileSystem(kind, { sizeMiB: 1024 })
    try {
      const cut = within(random, 1, 100)
      const all = pointsOf(await countCalls(disk.path, cut), cut)
      const wanted = all.slice(0, Math.max(0, count - points))
      points += wanted.length
      const chunks = Object.keys(scenarios).flatMap((name) =>
        chunked(wanted.filter(({ scenario }) => scenario === name)),
      )
      const work = async () => {
        for (
          let part = chunks.shift();
          part !== undefined && performance.now() < until;
          part = chunks.shift()
        ) {
          const summary = await runPoints(disk.path, part)
          tally.absorb({ ...summary, violations: summary.violations.map((text) => `${kind}: ${text}`) })
          const { fired } = summary.counts
          tally.note('fired', fired)
          // (Where the scenario's own plan fires too, this is the least that it must be.)
          tally.expect(
            fired >= part.length,
            () => `nothing tested: ${fired} faults fired in ${part.length} points of ${part[0].scenario}`,
          )
        }
      }
      await Promise.all(Array.from({ length: together }, work))
      log(`${kind}: ${all.length} points, ${points} in all, ${tally.violationCount} violations`)
    } finally {
      disk.dispose()
    }
  }
}
