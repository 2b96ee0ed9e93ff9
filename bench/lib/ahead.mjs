// Where another package, or Node alone, takes less than wholeline: of every measure of every case, so that nobody has
// to look for it in the tables.

import { ratioToOurs } from './report.mjs'

const isRival = ({ kind }) => kind === 'plain' || kind === 'peer'

/** @returns [{ work, name, metric, label, ratio }]; ratio: its value over ours, less than 1 */
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
          .filter(({ ratio }) => ratio !== null && ratio < 1),
      ),
    ),
  )
}
