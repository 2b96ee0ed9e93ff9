// The arguments of `wholeline check`, looked at before anything is opened.

import { Arguments, commonOptions, defaultMaxRecordBytes, maxRecordBytesOption } from './arguments.js'

export interface CheckCommandOptions {
  /** Paths and patterns, as they were given. */
  readonly files: readonly string[]
  readonly maxRecordBytes: number
  readonly json: boolean
}

export const checkUsage = `Usage: wholeline check [options] FILE…

Reads each FILE and says what is wrong with it, line by line; changes nothing. A FILE may be a pattern in quotes
(*, ?, [abc], and ** for any folders), where the shell does not expand it. Standard input is not read.

Options:
  --max-record-bytes N  do not look into longer lines; they are reported as oversize; default ${defaultMaxRecordBytes}
  --json                print one JSON object a line on standard output: everything that was found
                        ("type":"damage"), and for each file a summary behind it ("type":"summary")
  --help                print this

Kinds that are damage: torn-tail, missing-newline, torn-prefix, glued, headless, nul-run, bad-utf8, not-json,
oversize. Kinds that every reader gets over, and that are only told: bom, crlf, blank, erased, empty-file.

Exit codes: 0 no damage, 1 damage was found, 2 a file could not be checked
`

const command = new Arguments('check', checkUsage)

/** null: help was asked for. Throws UsageError. */
export function parseCheckOptions(args: readonly string[]): CheckCommandOptions | null {
  const { values, positionals } = command.parse(args, { ...maxRecordBytesOption, ...commonOptions })
  if (values.help) return null
  if (positionals.length === 0 || positionals.includes('')) throw command.wrong('which FILE?')
  return {
    files: positionals,
    maxRecordBytes: command.maxRecordBytes(values['max-record-bytes']),
    json: values.json,
  }
}
