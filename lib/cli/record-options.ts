// The arguments of `wholeline record`, checked before anything is opened.

import type { LockMode } from '../door/door.js'
import type { FsyncOption } from '../recorder/options.js'
import { Arguments, commonOptions, defaultMaxRecordBytes, maxRecordBytesOption } from './arguments.js'

export interface RecordOptions {
  readonly file: string
  readonly fsync: FsyncOption
  readonly lock: LockMode
  readonly maxRecordBytes: number
  readonly tee: boolean
  readonly text: boolean
  readonly json: boolean
}

const timerMostMs = 2 ** 31 - 1

export const recordUsage = `Usage: wholeline record [options] FILE

Appends standard input to FILE, one JSON record a line. Valid lines are recorded byte for byte; others are
reported with their line number and left out.

Options:
  --fsync never|always|MS       sync to the disk never (default), before a record counts, or every MS
                                milliseconds
  --lock shared|exclusive|none  advisory lock on FILE while recording; default shared
  --max-record-bytes N          refuse longer lines; default ${defaultMaxRecordBytes}
  --tee                         pass the input on to standard output, byte for byte; a reader that goes
                                away does not stop the recording
  --text                        record lines that are no JSON as {"time":…,"line":…} instead of refusing
                                them; where a line is not UTF-8, "bytes" holds it in base64
  --json                        print a summary as one JSON object on standard output; with --tee on
                                standard error
  --help                        print this

SIGINT, SIGTERM and SIGHUP end the recording in good order; a second one ends the process at once.

Exit codes: 0 fine, 1 a line was refused, 2 it could not be done
`

const command = new Arguments('record', recordUsage)

function readFsync(text: string): FsyncOption {
  if (text === 'never' || text === 'always') return text
  return { everyMs: command.wholeNumber('--fsync', text, timerMostMs, 'never, always or milliseconds') }
}

function readLock(text: string): LockMode {
  if (text === 'shared' || text === 'exclusive' || text === 'none') return text
  throw command.wrong(`--lock: expected shared, exclusive or none, got '${text}'`)
}

/** null: help was asked for. Throws UsageError. */
export function parseRecordOptions(args: readonly string[]): RecordOptions | null {
  const { values, positionals } = command.parse(args, {
    fsync: { type: 'string', default: 'never' },
    lock: { type: 'string', default: 'shared' },
    ...maxRecordBytesOption,
    tee: { type: 'boolean', default: false },
    text: { type: 'boolean', default: false },
    ...commonOptions,
  })
  if (values.help) return null
  return {
    file: command.oneFile(positionals),
    fsync: readFsync(values.fsync),
    lock: readLock(values.lock),
    maxRecordBytes: command.maxRecordBytes(values['max-record-bytes']),
    tee: values.tee,
    text: values.text,
    json: values.json,
  }
}
