// Where another package, or Node alone, does better than wholeline, by one in a hundred at least: of every measure of every case, so that nobody has
// to look for it in the tables.

import { ratioToOurs } from './report.mjs'

function isAhead(ratio, { moreIsBetter = false }) {
  if (ratio === null) return false
  return moreIsBetter ? ratio > 1 / least : ratio < least
}

const isRival = ({ kind }) => kind === 'plain' || kind === 'peer'

/** One in a hundred is noise. */
const least = 0.99

/** @returns [{ work, name, metric, label, ratio }]; ratio: its value over ours, the other way round where more is better */
export function whereOthersAreAhead(works) {
  return works.flatMap((work) =>
    work.cases.flatMap(({ name, results }) =>
      Object.keys(work.metrics).flatMap((metric) =>
        results
          .filter(isRival)
          .map((result) => ({
            work,
            name,
            metric,
            label: result.label,
            ratio: ratioToOurs(results, result, metric),
          }))
          .filter(({ ratio }) => isAhead(ratio, work.metrics[metric])),
      ),
    ),
  )
}
