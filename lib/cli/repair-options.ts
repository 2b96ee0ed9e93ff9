// The arguments of `wholeline repair`, looked at before anything is opened.

import { Arguments, commonOptions, defaultMaxRecordBytes, maxRecordBytesOption } from './arguments.js'

export interface RepairCommandOptions {
  readonly file: string
  readonly output: string | null
  readonly dryRun: boolean
  readonly maxRecordBytes: number
  readonly json: boolean
}

export const repairUsage = `Usage: wholeline repair [options] FILE

Heals FILE, and keeps what it removes. A damaged last line alone is mended in place. Otherwise a healed copy is made:
whole lines byte for byte, whole records of damaged lines on lines of their own. It takes the place of FILE, which is
kept as FILE.damaged. What is no record goes to FILE.torn. Refused while anybody else has FILE open.

Options:
  --dry-run             only say what would be done
  --output OTHER        write the healed copy to OTHER, where nothing is yet, and leave FILE as it is; others may read
                        FILE meanwhile. What is no record goes to OTHER.torn
  --max-record-bytes N  do not look into longer lines; they stay as they are; default ${defaultMaxRecordBytes}
  --json                print what was done as one JSON object
  --help                print this

Exit codes: 0 FILE (or OTHER) has no damage now, 1 there is damage left (with --dry-run: there is any),
2 it could not be done
`

const command = new Arguments('repair', repairUsage)

/** null: help was asked for. Throws UsageError. */
export function parseRepairOptions(args: readonly string[]): RepairCommandOptions | null {
  const { values, positionals } = command.parse(args, {
    'dry-run': { type: 'boolean', default: false },
    output: { type: 'string' },
    ...maxRecordBytesOption,
    ...commonOptions,
  })
  if (values.help) return null
  return {
    file: command.oneFile(positionals),
    output: command.optionalFile('--output', values.output),
    dryRun: values['dry-run'],
    maxRecordBytes: command.maxRecordBytes(values['max-record-bytes']),
    json: values.json,
  }
}
