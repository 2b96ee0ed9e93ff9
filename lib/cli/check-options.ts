// The arguments of `wholeline check`, looked at before anything is opened.

import { constants } from 'node:buffer'
import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.js'

export interface CheckCommandOptions {
  /** Paths and patterns, as they were given. */
  readonly files: readonly string[]
  readonly maxRecordBytes: number
  readonly json: boolean
}

const MiB = 1024 * 1024

export const checkUsage = `Usage: wholeline check [options] FILE…

Reads each FILE and says what is wrong with it, line by line; changes nothing. A FILE may be a pattern in quotes
(*, ?, [abc], and ** for any folders), where the shell does not expand it. Standard input is not read.

Options:
  --max-record-bytes N  do not look into longer lines; they are reported as oversize; default ${64 * MiB}
  --json                print one JSON object a line on standard output: everything that was found
                        ("type":"damage"), and for each file a summary behind it ("type":"summary")
  --help                print this

Kinds that are damage: torn-tail, missing-newline, torn-prefix, glued, headless, nul-run, bad-utf8, not-json,
oversize. Kinds that every reader gets over, and that are only told: bom, crlf, blank, erased, empty-file.

Exit codes: 0 no damage, 1 damage was found, 2 a file could not be checked
`

function wrong(message: string): UsageError {
  return new UsageError(`check: ${message}`, checkUsage)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
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
export function parseCheckOptions(args: readonly string[]): CheckCommandOptions | null {
  const { values, positionals } = parse(args)
  if (values.help) return null
  if (positionals.length === 0 || positionals.includes('')) throw wrong('which FILE?')
  return {
    files: positionals,
    maxRecordBytes: readMaxRecordBytes(values['max-record-bytes']),
    json: values.json,
  }
}
