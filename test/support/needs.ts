// What not every machine can do: mounts, attributes and other users need root, a FUSE of our own needs libfuse, a
// terminal needs script(1). Said loudly where it has to be left out; with LEAVE_NOTHING_OUT in the environment that is
// a failure.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

type Group = (name: string, tests: () => void) => void

function leaveOut(needs: string): Group {
  return (name, tests) => {
    if (process.env['LEAVE_NOTHING_OUT']) throw new Error(`not run, for it needs ${needs}: ${name}`)
    process.stderr.write(`\n*** NOT RUN, for it needs ${needs}: ${name}\n\n`)
    describe.skip(name, tests)
  }
}

const isRoot = process.getuid?.() === 0

function hasFuse(): boolean {
  return existsSync('/dev/fuse') && spawnSync('pkg-config', ['--exists', 'fuse3']).status === 0
}

function hasScript(): boolean {
  return String(spawnSync('script', ['--version']).stdout).includes('util-linux')
}

/** A group of tests that need root. */
export const describeAsRoot: Group = isRoot ? describe : leaveOut('root')

/** A group of tests that mount a FUSE file system. */
export const describeWithFuse: Group =
  isRoot && hasFuse() ? describe : leaveOut('root and libfuse3 (test/faults/lab/install.sh)')

/** A group of tests at a pseudo terminal. */
export const describeWithScript: Group = hasScript() ? describe : leaveOut('script(1) of util-linux')
