#!/usr/bin/env node
// The command line: names its commands and hands over to them. A command is loaded when it is called, so
// that --help and --version answer even where the native addon does not load.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ExitCode } from './exit-code.js'
import { print } from './print.js'
import { UsageError } from './usage-error.js'

interface Command {
  run(args: readonly string[]): Promise<ExitCode>
}

const commands: ReadonlyMap<string, () => Promise<Command>> = new Map<string, () => Promise<Command>>([
  ['record', () => import('./record.js')],
  ['check', () => import('./check.js')],
  ['repair', () => import('./repair.js')],
  ['follow', () => import('./follow.js')],
  ['bench', () => import('./bench.js')],
])

const usage = `Usage: wholeline <command> [options]

Commands:
  record FILE   append standard input to FILE, one JSON record a line
  check FILE…   say what is wrong with files of records, line by line
  repair FILE   heal a damaged file, and keep what is removed
  follow FILE   print the records of FILE, and those that come
  bench         measure how fast that is on this machine and its disk

  wholeline <command> --help   says more
  wholeline --version

Exit codes: 0 fine, 1 a record was refused or damage was found or is left, 2 it could not be done
`

/** In lib/cli/ as in dist/cli/ this file stands two folders below it. */
const manifest = path.join(__dirname, '..', '..', 'package.json')

function readVersion(): string {
  const text = readFileSync(manifest, 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

async function main(args: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = args
  if (name === '--help' || name === '-h' || name === '--version') {
    await print(name === '--version' ? `${readVersion()}\n` : usage)
    return ExitCode.fine
  }
  const load = name === undefined ? undefined : commands.get(name)
  if (load !== undefined) return (await load()).run(rest)
  throw new UsageError(name === undefined ? 'which command?' : `unknown command '${name}'`, usage)
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `wholeline: ${error.message}\n\n${error.usage}`
  return `wholeline: ${error instanceof Error ? error.message : String(error)}\n`
}

// Nobody is left to be told if what we say cannot be written, for instance because the reader went away.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(explain(error))
    process.exitCode = ExitCode.failed
  },
)
