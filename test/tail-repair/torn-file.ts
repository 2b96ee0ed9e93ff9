// Files that end as a crash or another program left them, and what is in their quarantine.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { linesOf } from '../support/temporary.js'

/** One line of a quarantine file. */
export interface QuarantineEntry {
  readonly time: string
  readonly offset: number
  readonly length: number
  readonly reason: string
  readonly bytes: string
}

export function quarantineOf(path: string): QuarantineEntry[] {
  if (!existsSync(`${path}.torn`)) return []
  return linesOf(`${path}.torn`).map((line) => JSON.parse(line) as QuarantineEntry)
}

/** The bytes in quarantine, one entry behind the other. */
export function quarantinedBytes(path: string): Buffer {
  return Buffer.concat(quarantineOf(path).map(({ bytes }) => Buffer.from(bytes, 'base64')))
}

/** All that opening could change of a file: its bytes and its times of change. */
export function stateOf(path: string): { bytes: string; mtimeNs: bigint; ctimeNs: bigint; mode: bigint } {
  const { mtimeNs, ctimeNs, mode } = statSync(path, { bigint: true })
  return { bytes: readFileSync(path, 'latin1'), mtimeNs, ctimeNs, mode }
}
