// Counts against the baseline, with the tolerance in both directions: fewer is good news, and the baseline is to
// say so.

export const tolerance = 0.05

/** A difference of so few instructions is none: of a part that has hardly any, one more is many in a hundred. */
const few = 3

/**
 * @param baseline - counts by scenario and part; @param counted - the same, now
 * @returns lines for people, and those that are out of bounds
 */
export function compare(baseline, counted) {
  const rows = Object.entries(counted).flatMap(([scenario, parts]) =>
    Object.entries(parts).map(([part, now]) => {
      const before = baseline[scenario]?.[part] ?? null
      if (before === null) return { scenario, part, before, now, verdict: 'new' }
      const same = Math.abs(now - before) <= Math.max(few, tolerance * before)
      return { scenario, part, before, now, verdict: same ? 'same' : now > before ? 'more' : 'fewer' }
    }),
  )
  return { rows, wrong: rows.filter(({ verdict }) => verdict !== 'same') }
}
