// The arguments of `wholeline record`, checked before anything is opened.

import { constants } from 'node:buffer'
import { parseArgs } from 'node:util'
import type { LockMode } from '../door/door.js'
import type { FsyncOption } from '../recorder/options.js'
import { UsageError } from './usage-error.js'

export interface RecordOptions {
  readonly file: string
  readonly fsync: FsyncOption
  readonly lock: LockMode
  readonly maxRecordBytes: number
  readonly tee: boolean
  readonly text: boolean
  readonly json: boolean
}

const MiB = 1024 * 1024
const timerMostMs = 2 ** 31 - 1

export const recordUsage = `Usage: wholeline record [options] FILE

Appends standard input to FILE, one JSON record a line. Valid lines are recorded byte for byte; others are
reported with their line number and left out.

Options:
  --fsync never|always|MS       sync to the disk never (default), before a record counts, or every MS
                                milliseconds
  --lock shared|exclusive|none  advisory lock on FILE while recording; default shared
  --max-record-bytes N          refuse longer lines; default ${64 * MiB}
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

function wrong(message: string): UsageError {
  return new UsageError(`record: ${message}`, recordUsage)
}

function wholeNumber(name: string, text: string, most: number, expected: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= most) return number
  throw wrong(`${name}: expected ${expected} from 1 to ${most}, got '${text}'`)
}

function readFsync(text: string): FsyncOption {
  if (text === 'never' || text === 'always') return text
  return { everyMs: wholeNumber('--fsync', text, timerMostMs, 'never, always or milliseconds') }
}

function readLock(text: string): LockMode {
  if (text === 'shared' || text === 'exclusive' || text === 'none') return text
  throw wrong(`--lock: expected shared, exclusive or none, got '${text}'`)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        fsync: { type: 'string', default: 'never' },
        lock: { type: 'string', default: 'shared' },
        'max-record-bytes': { type: 'string', default: String(64 * MiB) },
        tee: { type: 'boolean', default: false },
        text: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw wrong((error as Error).message)
  }
}

/** null: help was asked for. Throws UsageError. */
export function parseRecordOptions(args: readonly string[]): RecordOptions | null {
  const { values, positionals } = parse(args)
  if (values.help) return null
  const [file, ...more] = positionals
  if (file === undefined || file === '') throw wrong('which FILE?')
  if (more.length > 0) throw wrong(`one FILE expected, got also '${more.join("', '")}'`)
  return {
    file,
    fsync: readFsync(values.fsync),
    lock: readLock(values.lock),
    // A longer line does not fit into a string, so it could not be checked.
    maxRecordBytes: wholeNumber(
      '--max-record-bytes',
      values['max-record-bytes'],
      constants.MAX_STRING_LENGTH,
      'bytes',
    ),
    tee: values.tee,
    text: values.text,
    json: values.json,
  }
}
