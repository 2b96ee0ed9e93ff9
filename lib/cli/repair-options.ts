// The arguments of `wholeline repair`, looked at before anything is opened.

import { constants } from 'node:buffer'
import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.js'

export interface RepairCommandOptions {
  readonly file: string
  readonly output: string | null
  readonly dryRun: boolean
  readonly maxRecordBytes: number
  readonly json: boolean
}

const MiB = 1024 * 1024

export const repairUsage = `Usage: wholeline repair [options] FILE

Heals FILE, and keeps what it removes. A damaged last line alone is mended in place. Otherwise a healed copy is made:
whole lines byte for byte, whole records of damaged lines on lines of their own. It takes the place of FILE, which is
kept as FILE.damaged. What is no record goes to FILE.torn. Refused while anybody else has FILE open.

Options:
  --dry-run             only say what would be done
  --output OTHER        write the healed copy to OTHER, where nothing is yet, and leave FILE as it is; others may read
                        FILE meanwhile. What is no record goes to OTHER.torn
  --max-record-bytes N  do not look into longer lines; they stay as they are; default ${64 * MiB}
  --json                print what was done as one JSON object
  --help                print this

Exit codes: 0 FILE (or OTHER) has no damage now, 1 there is damage left (with --dry-run: there is any),
2 it could not be done
`

function wrong(message: string): UsageError {
  return new UsageError(`repair: ${message}`, repairUsage)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        output: { type: 'string' },
        'max-record-bytes': { type: 'string', default: String(64 * MiB) },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw wrong((error as Error).message)
  }
}

function readMaxRecordBytes(text: string): number {
  const most = constants.MAX_STRING_LENGTH
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= most) return number
  throw wrong(`--max-record-bytes: expected bytes from 1 to ${most}, got '${text}'`)
}

/** null: help was asked for. Throws UsageError. */
export function parseRepairOptions(args: readonly string[]): RepairCommandOptions | null {
  const { values, positionals } = parse(args)
  if (values.help) return null
  const [file, ...others] = positionals
  if (file === undefined || file === '') throw wrong('which FILE?')
  if (others.length > 0) throw wrong('one FILE at a time')
  if (values.output === '') throw wrong('--output: which file?')
  return {
    file,
    output: values.output ?? null,
    dryRun: values['dry-run'],
    maxRecordBytes: readMaxRecordBytes(values['max-record-bytes']),
    json: values.json,
  }
}
