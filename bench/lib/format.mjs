// Numbers for people.

import { isDisputed } from './judge.mjs'

function significant(value) {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(size >= 10 ? 1 : 2)
}

function inSteps(value, step, names) {
  let scaled = value
  let name = 0
  // 999.95 would be shown as 1,000.
  while (Math.abs(scaled) >= step * 0.9995 && name < names.length - 1) {
    scaled /= step
    name++
  }
  return `${significant(scaled)} ${names[name]}`
}

/** A value with its unit: ns, B, B/s, × or none. */
export function formatValue(value, unit) {
  if (unit === 'ns') return inSteps(value, 1000, ['ns', 'µs', 'ms', 's'])
  if (unit === 'B') return inSteps(value, 1000, ['B', 'KB', 'MB', 'GB'])
  if (unit === 'B/s') return inSteps(value, 1000, ['B/s', 'KB/s', 'MB/s', 'GB/s'])
  return unit === '' ? significant(value) : `${significant(value)} ${unit}`
}

/** Where the rounds disagree on a mark: how many of them meet it. */
export function formatDispute(rounds) {
  return isDisputed(rounds) ? `, met in ${rounds.met} of ${rounds.all} rounds` : ''
}

/** What the check of the file found, in a few words. */
export function formatVerdict(result) {
  if (result.skipped !== undefined) return `not measured: ${result.skipped}`
  if (result.failure !== undefined) return 'FAILED'
  const { verdict } = result
  if (verdict === null) return '–' // it writes no records
  const flaws = ['lost', 'damaged', 'extra'].filter((flaw) => verdict[flaw] > 0)
  if (flaws.length === 0) return 'all there'
  return flaws
    .map(
      (flaw) =>
        `${verdict[flaw].toLocaleString('en-US')} ${flaw === 'extra' ? 'too many' : flaw.toUpperCase()}`,
    )
    .join(', ')
}
