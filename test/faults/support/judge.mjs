// judge.mjs: the independent verifier's verdict on one data file, put into a tally.
//
// Idea: our acks by flush have no range and would pass as a plain appender's; a second look at them
// alone sees to it that each is alone on its line. Contract: call it when no writer is at work.

import { existsSync } from 'node:fs'
import { verify } from '../../verifier/verify.mjs'

/**
 * @param {import('./tally.mjs').Tally} tally
 * @param {{ data: string, ours: string[], foreign?: string[], failures?: string[], what: string,
 *   glueAllowed?: boolean }} options glueAllowed: writers were killed, or plain ones tore their own lines
 */
export function judge(tally, { data, ours, foreign = [], failures = [], what }) {
  const there = (/** @type {string[]} */ paths) => paths.filter((path) => existsSync(path))
  const report = verify({ data, acks: there([...ours, ...foreign]), failures: there(failures) })
  for (const { kind, id, range, text } of report.violations) {
    tally.violate(`${what}: ${kind} ${id}${range ? ` [${range.start}, ${range.end})` : ''}: ${text}`)
  }
  if (report.violationCount > report.violations.length)
    tally.violate(`${what}: ${report.violationCount} violations in all`)
  const own = verify({ data, acks: there(ours), failures: there(failures) })
  if (own.glued > 0)
    tally.violate(`${what}: ${own.glued} records acknowledged by flush are not alone on their line`)
  tally.note('verified', report.records + own.whole)
  tally.note('foreign whole', report.whole - own.whole)
  tally.note('foreign glued', report.glued)
  tally.note('foreign split', report.split)
  tally.note('damaged lines', report.damaged)
  tally.note('blank lines', report.erased)
  return report
}
