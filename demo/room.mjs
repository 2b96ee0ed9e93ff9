// The fault: the room in the file runs out, and later there is more. It is the file-size limit of the
// writing processes (RLIMIT_FSIZE), which needs no root and works on every file system. Node ignores the
// signal SIGXFSZ, so the write that meets the limit is cut short at it and the next one gives EFBIG: just
// what a full disk does, but for the name of the error.
//
// prlimit(1) lifts the limit of a running process. Where it is missing (macOS, Alpine) a writer that is out
// of room is ended and started again under a higher limit, with the record that failed.

import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { seeded } from './random.mjs'

/** `ulimit -f` counts in these. */
const blockBytes = 512
const KiB = 1024

/** Can the limit of a running process be lifted here? */
export function canLift() {
  const args = ['--pid', String(process.pid), '--fsize', '--noheadings', '--output=SOFT']
  return spawnSync('prlimit', args, { stdio: 'ignore' }).status === 0
}

/** How much room there is, time after time: the same for everybody who asks. Bytes from the file's start. */
export function* roomSchedule(lifting) {
  const random = seeded(7)
  // To start processes anew takes longer: fewer times then.
  const widest = lifting ? 1 : 10
  for (let limit = 0; ;) {
    const step = widest * (16 * KiB + random() * 48 * KiB)
    limit += Math.ceil(step / blockBytes) * blockBytes
    yield limit
  }
}

/** What to spawn in order to run `command` under a limit. Only the soft limit: it can be lifted again. */
export function underLimit(limit, command) {
  const script = 'ulimit -S -f "$1" && shift && exec "$@"'
  return ['sh', ['-c', script, 'sh', String(limit / blockBytes), ...command]]
}

/** Lifts the limit of a running process. */
export async function lift(pid, limit) {
  await promisify(execFile)('prlimit', ['--pid', String(pid), `--fsize=${limit}:`])
}
