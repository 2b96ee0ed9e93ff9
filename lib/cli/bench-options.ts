// The arguments of `wholeline bench`, checked before anything is written.

import { tmpdir } from 'node:os'
import { Arguments, commonOptions } from './arguments.js'

export interface BenchOptions {
  /** The folder whose disk is measured. */
  readonly folder: string
  /** How long each way is measured, in all its rounds together. */
  readonly seconds: number
  /** Bytes of one record, line feed included. */
  readonly recordBytes: number
  readonly json: boolean
}

const leastRecordBytes = 32
const mostRecordBytes = 1024 * 1024
// What is appended in that time has to fit on the disk.
const mostSeconds = 10

export const benchUsage = `Usage: wholeline bench [options] [FOLDER]

Measures how fast records are appended on this machine and on the disk of FOLDER (default: the system's temporary
folder), next to plain fs.writeSync. Files are made there, checked, and removed again.

Options:
  --seconds N        how long each way is measured; default 1, at most ${mostSeconds}
  --record-bytes N   bytes of one record, line feed included; default 256
  --json             print the result as one JSON object
  --help             print this

Exit codes: 0 fine, 1 a record was lost or damaged, 2 it could not be done
`

const command = new Arguments('bench', benchUsage)

function readSeconds(text: string): number {
  const seconds = /^\d{1,2}(\.\d{1,3})?$/.test(text) ? Number(text) : 0
  if (seconds > 0 && seconds <= mostSeconds) return seconds
  throw command.wrong(`--seconds: expected more than 0 and at most ${mostSeconds}, got '${text}'`)
}

function readRecordBytes(text: string): number {
  const bytes = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (bytes >= leastRecordBytes && bytes <= mostRecordBytes) return bytes
  throw command.wrong(`--record-bytes: expected ${leastRecordBytes} to ${mostRecordBytes}, got '${text}'`)
}

/** null: help was asked for. Throws UsageError. */
export function parseBenchOptions(args: readonly string[]): BenchOptions | null {
  const { values, positionals } = command.parse(args, {
    seconds: { type: 'string', default: '1' },
    'record-bytes': { type: 'string', default: '256' },
    ...commonOptions,
  })
  if (values.help) return null
  const [folder = tmpdir(), ...more] = positionals
  if (more.length > 0) throw command.wrong(`one FOLDER expected, got also '${more.join("', '")}'`)
  if (folder === '') throw command.wrong('which FOLDER?')
  return {
    folder,
    seconds: readSeconds(values.seconds),
    recordBytes: readRecordBytes(values['record-bytes']),
    json: values.json,
  }
}
