// Compares what the recorders were told with what is in the files. Shares no code with lib/: it knows bytes,
// LF and JSON, and nothing else.

import type { SentRecord } from './sent-record.js'
import type { Inode, World } from './world.js'

interface Line {
  readonly start: number
  readonly end: number
  readonly text: string
}

function linesOf(inode: Inode): Line[] {
  const lines: Line[] = []
  let start = 0
  for (let lf = inode.bytes.indexOf(10); lf >= 0; lf = inode.bytes.indexOf(10, start)) {
    lines.push({ start, end: lf + 1, text: inode.bytes.toString('utf8', start, lf).trim() })
    start = lf + 1
  }
  if (start < inode.bytes.length) {
    lines.push({ start, end: inode.bytes.length, text: inode.bytes.toString('utf8', start).trim() })
  }
  return lines
}

interface Indexed {
  readonly inode: Inode
  /** Lines by their text without the blanks around it. */
  readonly byText: Map<string, Line[]>
}

function index(inode: Inode): Indexed {
  const byText = new Map<string, Line[]>()
  for (const line of linesOf(inode)) {
    const same = byText.get(line.text)
    if (same === undefined) byText.set(line.text, [line])
    else same.push(line)
  }
  return { inode, byText }
}

function where(record: SentRecord): string {
  const range = record.range === null ? '' : ` at [${record.range.start}, ${record.range.end})`
  return `record ${record.sequence} of actor ${record.actor}${range}`
}

function standsAt(inode: Inode, record: SentRecord, lines: readonly Line[]): boolean {
  const { range } = record
  if (range === null) return true
  const exact = inode.bytes.toString('utf8', range.start, range.end) === `${record.text}\n`
  return exact && lines.some((line) => line.start <= range.start && line.end === range.end)
}

function checkAcknowledged(
  world: World,
  record: SentRecord,
  files: readonly Indexed[],
  rotated: boolean,
): Inode | null {
  let found = 0
  let home: Inode | null = null
  for (const { inode, byText } of files) {
    const lines = byText.get(record.text) ?? []
    if (lines.length > 1) world.violate(`W3: ${where(record)} stands ${lines.length} times in one file`)
    if (!inode.isCopy) found += lines.length
    if (lines.length > 0 && standsAt(inode, record, lines)) home = inode
  }
  if (home === null) {
    world.violate(`W1: ${where(record)} was acknowledged and is not a line of its own there: ${record.text}`)
  }
  if (found > 1 && !rotated) world.violate(`W3: ${where(record)} stands in more than one file`)
  return home
}

/** Checks what one recorder was told. */
export function verify(
  world: World,
  sent: readonly SentRecord[],
  inodes: readonly Inode[],
  rotated: boolean,
): void {
  const files = inodes.map(index)
  const lastEnd = new Map<Inode, number>()
  for (const record of sent) {
    if (record.state === 'acknowledged') {
      const home = checkAcknowledged(world, record, files, rotated)
      if (home === null || record.range === null) continue
      if (record.range.start < (lastEnd.get(home) ?? 0)) world.violate(`W4: ${where(record)} is out of order`)
      lastEnd.set(home, record.range.end)
    } else if (record.state === 'failed' || record.state === 'refused') {
      if (files.some(({ inode, byText }) => !inode.isCopy && byText.has(record.text))) {
        world.violate(`W3: ${where(record)} was ${record.state} and is there: ${record.text}`)
      }
    }
  }
}

function standsDurably(inode: Inode, record: SentRecord): boolean {
  const { durable } = inode
  const line = Buffer.from(`${record.text}\n`)
  for (let at = durable.indexOf(line); at >= 0; at = durable.indexOf(line, at + 1)) {
    const before = durable.toString('latin1', durable.lastIndexOf(10, Math.max(0, at - 1)) + 1, at)
    if ((at === 0 || before.trim() === '' || durable[at - 1] === 10) && isAtRange(record, at)) return true
  }
  return false
}

function isAtRange(record: SentRecord, at: number): boolean {
  return record.range === null || record.range.start === at
}

/** At the moment of the acknowledgement: were the power to fail now, would the record be there (W5)? */
export function verifyDurableNow(world: World, record: SentRecord, rotated: boolean): void {
  const wanted = rotated ? { ...record, range: null } : record
  for (const inode of world.files.values()) if (standsDurably(inode, wanted)) return
  world.violate(`W5: ${where(record)} is acknowledged as being on the disk and is not: ${record.text}`)
}

/**
 * After a power cut: what was acknowledged as being on the disk is there (W5), at its range; or, where a
 * recorder had to go on in a new file, as a line of that.
 */
export function verifyDurable(
  world: World,
  sent: readonly SentRecord[],
  inodes: readonly Inode[],
  rotated: boolean,
): void {
  const files = inodes.map(index)
  for (const record of sent) {
    if (record.state !== 'acknowledged' || !record.durable) continue
    const there = files.some(({ inode, byText }) => {
      const lines = byText.get(record.text)
      return lines !== undefined && (rotated || standsAt(inode, record, lines))
    })
    if (!there) world.violate(`W5: ${where(record)} was on the disk and did not survive: ${record.text}`)
  }
}
