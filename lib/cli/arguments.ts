// What the commands have in common in looking at their arguments, before anything is opened: one parser, and wrong
// ones told with the usage of the command.

import { constants } from 'node:buffer'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from './usage-error.js'

const MiB = 1024 * 1024

export const defaultMaxRecordBytes = 64 * MiB

/** Every command has these. */
export const commonOptions = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export const maxRecordBytesOption = {
  'max-record-bytes': { type: 'string', default: String(defaultMaxRecordBytes) },
} as const

type OptionTypes = NonNullable<ParseArgsConfig['options']>

type Parsed<Options extends OptionTypes> = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: Options }>
>

/** The arguments of one command. What is wrong throws UsageError. */
export class Arguments {
  readonly #command: string
  readonly #usage: string

  constructor(command: string, usage: string) {
    this.#command = command
    this.#usage = usage
  }

  wrong(message: string): UsageError {
    return new UsageError(`${this.#command}: ${message}`, this.#usage)
  }

  parse<const Options extends OptionTypes>(args: readonly string[], options: Options): Parsed<Options> {
    try {
      return parseArgs({ args: [...args], allowPositionals: true, options })
    } catch (error) {
      throw this.wrong((error as Error).message)
    }
  }

  /** The FILE of a command that takes one. */
  oneFile([file, ...more]: readonly string[]): string {
    if (file === undefined || file === '') throw this.wrong('which FILE?')
    if (more.length > 0) throw this.wrong(`one FILE expected, got also '${more.join("', '")}'`)
    return file
  }

  /** A file that an option names; null: it was not given. */
  optionalFile(name: string, file: string | undefined): string | null {
    if (file === '') throw this.wrong(`${name}: which file?`)
    return file ?? null
  }

  wholeNumber(name: string, text: string, most: number, expected: string): number {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : 0
    if (number >= 1 && number <= most) return number
    throw this.wrong(`${name}: expected ${expected} from 1 to ${most}, got '${text}'`)
  }

  /** A longer line does not fit into a string, so nobody could look into it. */
  maxRecordBytes(text: string): number {
    return this.wholeNumber('--max-record-bytes', text, constants.MAX_STRING_LENGTH, 'bytes')
  }
}
