// The arguments of `wholeline follow`, checked before anything is opened.

import { Arguments, commonOptions } from './arguments.js'

export interface FollowCommandOptions {
  readonly file: string
  readonly from: 'start' | 'end' | number
  readonly cursor: string | null
  readonly salvage: boolean
  readonly json: boolean
}

export const followUsage = `Usage: wholeline follow [options] FILE

Prints the records of FILE, one a line, then those that come, until it is stopped. Waits for FILE if it is not
there; goes on in the file that takes its place when it is rotated. Damaged lines are reported on standard error.

Options:
  --from start|end|OFFSET  begin at the start (default), at the end, or with the first record that starts
                           at OFFSET or behind it
  --cursor FILE            keep the position there, and go on from it the next time; records may be
                           printed again after a crash, with the same range
  --salvage                print the whole records that damaged lines still hold, too
  --json                   print each record as {"file":…,"start":…,"end":…,"value":…}
  --help                   print this

SIGINT, SIGTERM and SIGHUP end it in good order; a second one ends the process at once.

Exit codes: 0 fine, 1 damaged lines were found, 2 it could not be done
`

const command = new Arguments('follow', followUsage)

function readFrom(text: string): 'start' | 'end' | number {
  if (text === 'start' || text === 'end') return text
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw command.wrong(`--from: expected start, end or an offset in bytes, got '${text}'`)
}

/** null: help was asked for. Throws UsageError. */
export function parseFollowOptions(args: readonly string[]): FollowCommandOptions | null {
  const { values, positionals } = command.parse(args, {
    from: { type: 'string', default: 'start' },
    cursor: { type: 'string' },
    salvage: { type: 'boolean', default: false },
    ...commonOptions,
  })
  if (values.help) return null
  return {
    file: command.oneFile(positionals),
    from: readFrom(values.from),
    cursor: command.optionalFile('--cursor', values.cursor),
    salvage: values.salvage,
    json: values.json,
  }
}
