// What `wholeline bench` found, for people and for machines.

import { formatBytes, formatCount } from './format.js'

export interface WayResult {
  readonly name: string
  readonly durable: boolean
  readonly recordsPerSecond: number
  readonly bytesPerSecond: number
  /** How many times as fast as plain fs.writeSync, with a sync where this one syncs. */
  readonly ratio: number
  /** Time inside the call without what the clock costs; null: it does not wait within the call. */
  readonly insideNs: { readonly p50: number; readonly p99: number; readonly p999: number } | null
  /** Records that were given and are not in the file as they should be. */
  readonly wrong: number
}

export interface BenchResult {
  readonly folder: string
  readonly fileSystem: string
  readonly recordBytes: number
  readonly node: string
  readonly cpu: string
  readonly ways: readonly WayResult[]
}

export function formatNs(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)} ns`
  if (ns < 1e6) return `${(ns / 1000).toFixed(1)} µs`
  return `${(ns / 1e6).toFixed(1)} ms`
}

const head = ['', 'records/s', 'bytes/s', 'ratio', 'inside the call: p50', 'p99', 'p99.9']

function cells(way: WayResult): string[] {
  const { name, recordsPerSecond, bytesPerSecond, ratio, insideNs, wrong } = way
  const inside = insideNs === null ? ['', '', ''] : [insideNs.p50, insideNs.p99, insideNs.p999].map(formatNs)
  const flaw = wrong === 0 ? [] : [`${formatCount(wrong)} RECORDS WRONG`]
  const rates = [formatCount(Math.round(recordsPerSecond)), `${formatBytes(bytesPerSecond)}/s`]
  return [name, ...rates, `${ratio.toFixed(2)} ×`, ...inside, ...flaw]
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join('\n')
}

export function benchToText(result: BenchResult): string {
  const { folder, fileSystem, recordBytes, node, cpu, ways } = result
  const synced = ways.filter(({ durable }) => durable)
  const unsynced = ways.filter(({ durable }) => !durable)
  return [
    `Records of ${formatCount(recordBytes)} bytes in ${folder} (${fileSystem}); ${cpu}, Node ${node}`,
    `In the file:\n${aligned([head, ...unsynced.map(cells)])}`,
    `On the disk:\n${aligned([head, ...synced.map(cells)])}`,
    'The ratio is to the first line of each table, measured in turns. Nothing checks its lines here (validateLines: false).',
  ].join('\n\n')
}

/** One JSON object on one line. */
export function benchToJson(result: BenchResult): string {
  return JSON.stringify(result)
}
