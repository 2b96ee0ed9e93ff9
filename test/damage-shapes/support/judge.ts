// What is wrong with a file, by its bytes alone: each acknowledged record has to stand whole at its range,
// exactly once (W1, W3), in the order given (W4), and there is nothing else but the lines of others (W2).

import { readFileSync } from 'node:fs'
import type { ByteRange } from '../../../lib/index.js'

/** A record and its range; null: the way it was given tells none. */
export interface Acknowledged {
  readonly record: string
  readonly range: ByteRange | null
}

export interface Expected {
  /** By one writer, in this order. */
  readonly acknowledged: readonly Acknowledged[]
  /** All other lines, without LF and each as often as it is there: whoever wrote them, whole or torn. */
  readonly others?: readonly (string | Uint8Array)[]
}

/** One character a byte, so that torn UTF-8 stays what it is. */
function bytesOf(given: string | Uint8Array): string {
  return Buffer.from(given as Uint8Array).toString('latin1')
}

function trimmed(line: string): string {
  return line.replace(/^[ \t\r]+|[ \t\r]+$/g, '')
}

function shown(bytes: string): string {
  return JSON.stringify(bytes.length > 200 ? `${bytes.slice(0, 200)}…` : bytes)
}

function damageAt(text: string, { record, range }: Acknowledged): string[] {
  if (range === null) return []
  const there = text.slice(range.start, range.end)
  if (there !== `${bytesOf(record)}\n`) return [`${record} is not at its range, but ${shown(there)}`]
  const before = text.slice(text.lastIndexOf('\n', range.start - 1) + 1, range.start)
  const alone = range.start === 0 || trimmed(before) === ''
  return alone ? [] : [`${record} shares its line with ${shown(before)}`]
}

function differences(text: string, expected: readonly string[]): string[] {
  const found: string[] = []
  const missing = new Map<string, number>()
  for (const line of expected) missing.set(line, (missing.get(line) ?? 0) + 1)
  for (const line of text.split('\n').map(trimmed)) {
    if (line === '') continue
    const left = missing.get(line) ?? 0
    if (left === 0) found.push(`unexpected line ${shown(line)}`)
    else missing.set(line, left - 1)
  }
  for (const [line, times] of missing) if (times > 0) found.push(`${times} missing of line ${shown(line)}`)
  return found
}

function disorder(acknowledged: readonly Acknowledged[]): string[] {
  const starts = acknowledged.flatMap(({ range }) => (range === null ? [] : [range.start]))
  const sorted = starts.toSorted((a, b) => a - b)
  return starts.every((start, i) => start === sorted[i]) ? [] : [`ranges out of order: ${starts.join(', ')}`]
}

/** Empty: nothing is wrong. */
export function damageIn(path: string, { acknowledged, others = [] }: Expected): string[] {
  const text = bytesOf(readFileSync(path))
  const lines = [...acknowledged.map(({ record }) => record), ...others]
  return [
    ...acknowledged.flatMap((one) => damageAt(text, one)),
    ...differences(
      text,
      lines.map((line) => trimmed(bytesOf(line))),
    ),
    ...disorder(acknowledged),
    ...(text === '' || text.endsWith('\n') ? [] : ['the last line has no LF']),
  ]
}

export function expectUndamaged(path: string, expected: Expected): void {
  expect(damageIn(path, expected)).toEqual([])
}

/** Bytes that stand at this offset, whoever else has written since (W2). */
export function expectUntouched(path: string, offset: number, bytes: string | Uint8Array): void {
  const expected = bytesOf(bytes)
  expect(bytesOf(readFileSync(path)).slice(offset, offset + expected.length)).toBe(expected)
}
