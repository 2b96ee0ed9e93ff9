// rounds.mjs: a row's work once, or again and again until its time is over.
//
// Contract: with `seconds` each round does what each commit does, and the round that has begun is ended; else
// there is one round of `count`.

/**
 * @param {{ count: number, eachCommit: number, seconds?: number }} options
 * @returns {Generator<{ round: number, count: number }>}
 */
export function* rounds({ count, eachCommit, seconds }) {
  const until = performance.now() + (seconds ?? 0) * 1000
  const each = seconds === undefined ? count : eachCommit
  for (let round = 0; round === 0 || performance.now() < until; round++) yield { round, count: each }
}
