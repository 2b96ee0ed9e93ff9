// Programs of the fault laboratory (test/faults/lab) for tests in Jest: a FUSE mount in which chosen calls
// fail, and a process in which they do. The grammar of plans is in fault_plan.h.

import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterTest } from './after-test.js'
import { temporaryFolder } from './temporary.js'

const root = path.join(__dirname, '..', '..')
const labFolder = path.join(root, 'test', 'faults', 'lab')
const buildFolder = path.join(root, 'build', 'lab')

/** Path of a program of the laboratory; builds what is out of date of it first, and no other: that may need more. */
function labProgram(name: string): string {
  mkdirSync(buildFolder, { recursive: true })
  const program = path.join(buildFolder, name)
  // One at a time: Jest workers come here side by side.
  execFileSync('flock', [path.join(buildFolder, 'lock'), 'make', '-s', '-C', labFolder, program])
  return program
}

function isMounted(folder: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${folder} `)
}

export interface FuseMount {
  /** Where to put files. */
  readonly folder: string
  /** Sets what is to fail from now on; '' heals. */
  readonly plan: (text: string) => void
}

/** Mounts the FUSE pass-through over a folder of the test's own; unmounted after the test. Needs root. */
export async function mountFuse(): Promise<FuseMount> {
  const parent = temporaryFolder()
  const [beneath, folder] = [path.join(parent, 'beneath'), path.join(parent, 'fuse')]
  mkdirSync(beneath)
  mkdirSync(folder)
  const server = spawn(labProgram('fuse_faults'), [beneath, folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  afterTest(() => server.kill('SIGKILL'))
  while (!isMounted(folder)) {
    if (server.exitCode !== null) throw new Error('fuse_faults did not mount (test/faults/lab/install.sh)')
    await new Promise(setImmediate)
  }
  // Lazily, for a file that a failed test left open must not keep it.
  afterTest(() => execFileSync('umount', ['--lazy', folder]))
  const plan = (text: string): void => {
    writeFileSync(path.join(folder, '.faults'), text)
  }
  return { folder, plan }
}

/** A command in front of another in which calls on files in the folder fail as planned. */
export function withFaults(folder: string, plan: string): string[] {
  return ['env', `LD_PRELOAD=${labProgram('preload.so')}`, `FAULT_PATH=${folder}`, `FAULT_PLAN=${plan}`]
}
