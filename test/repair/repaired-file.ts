// What there is around a repaired file, and what must hold of it whatever was damaged.

import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { salvagedFrom } from '../support/reading.js'
import { temporaryFolder } from '../support/temporary.js'

const memory = '/dev/shm'

/** A path where nothing is, on a file system in memory where there is one: a repair syncs several times. */
export function fastPath(name = 'log.jsonl'): string {
  return path.join(temporaryFolder(existsSync(memory) ? memory : undefined), name)
}

/** A file with just this in it, at such a path. */
export function fileWith(content: string, name?: string): string {
  const file = fastPath(name)
  writeFileSync(file, content)
  return file
}

/** The text of each record, in order, of a file that may be damaged; blanks and marks around them left out. */
export async function recordTexts(file: string): Promise<string[]> {
  const bytes = readFileSync(file)
  const { records } = await salvagedFrom(file)
  return records.map(({ start, end }) => trim(bytes.toString('latin1', start, end)))
}

/** The content of lines, as it stands in a healed file: one byte a character. */
export function contentLines(file: string): string[] {
  const text = readFileSync(file, 'latin1')
  return text
    .split('\n')
    .map((line, index) => trim(index === 0 ? line.replace(/^\xef\xbb\xbf/, '') : line))
    .filter((line) => line !== '')
}

function trim(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
}

/** Names beside the file that begin with its own. */
export function namesBeside(file: string): string[] {
  const name = path.basename(file)
  return readdirSync(path.dirname(file))
    .filter((other) => other.startsWith(name) && other !== name)
    .map((other) => other.slice(name.length))
    .sort()
}

/** The bytes under the path, null: nothing is there. */
export function bytesOf(file: string): Buffer | null {
  return existsSync(file) ? readFileSync(file) : null
}
