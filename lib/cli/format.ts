// Numbers for people.

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const

export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** `1 record`, `2 records`. */
export function formatNoun(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // 999.95 would be shown as 1000.0.
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`
}
