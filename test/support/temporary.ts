// Folders of a test's own, removed when it is over, and what is in the files there.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ByteRange } from '../../lib/byte-range.js'
import { afterTest } from './after-test.js'

/** An empty folder, by default in the system's place for them. */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(path.join(parent, 'wholeline-test-'))
  afterTest(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** A path where nothing is, in a folder of its own. */
export function temporaryPath(name = 'log.jsonl'): string {
  return path.join(temporaryFolder(), name)
}

/** A file with just this in it, in a folder of its own. */
export function fileWith(content: string | Uint8Array, mode = 0o600): string {
  const file = temporaryPath()
  writeFileSync(file, content, { mode })
  return file
}

export function textOf(file: string): string {
  return readFileSync(file, 'utf8')
}

/** The bytes at the range, as text. */
export function textAt(file: string, range: ByteRange): string {
  return readFileSync(file).toString('utf8', range.start, range.end)
}

/** The lines, without their LFs. Throws where the last one has none: it would not be a whole one. */
export function linesOf(file: string): string[] {
  const text = textOf(file)
  if (text === '') return []
  if (!text.endsWith('\n')) throw new Error(`${file} ends in a torn line: ${text.slice(-80)}`)
  return text.slice(0, -1).split('\n')
}

/** The values of a JSON Lines file as a strict reader sees them: blank lines are none. */
export function valuesOf(file: string): unknown[] {
  return linesOf(file)
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown)
}
