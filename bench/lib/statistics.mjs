// Medians with their spread, and ratios of measurements that were made side by side.

/** The value below which the part `share` of the sorted values lies, between neighbours in proportion. */
export function quantile(sorted, share) {
  if (sorted.length === 0) throw new Error('no values')
  const at = (sorted.length - 1) * share
  const below = Math.floor(at)
  const above = Math.ceil(at)
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below)
}

/** @returns median and quartiles of the values, which stay as they are */
export function summarise(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), q1: quantile(sorted, 0.25), q3: quantile(sorted, 0.75) }
}

function inPairs(rounds, againstRounds, compare) {
  if (rounds.length !== againstRounds.length) throw new Error('not the same rounds')
  return rounds.map((value, i) => compare(value, againstRounds[i]))
}

/**
 * How the first compares with the second: the ratio in each round, for the two were measured right after each
 * other there, and whatever disturbed the machine meanwhile disturbed both.
 */
export function ratios(rounds, againstRounds) {
  return inPairs(rounds, againstRounds, (value, against) => value / against)
}

export function differences(rounds, againstRounds) {
  return inPairs(rounds, againstRounds, (value, against) => value - against)
}

/** The median of each of so many parts, one after another; null: they do not fall into so many. */
export function mediansOfParts(values, parts) {
  const length = values.length / parts
  if (!Number.isInteger(length) || length === 0) return null
  return Array.from({ length: parts }, (_, i) => summarise(values.slice(i * length, (i + 1) * length)).median)
}
