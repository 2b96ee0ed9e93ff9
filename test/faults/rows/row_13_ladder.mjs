// row_13_ladder.mjs: the rungs of the rollback ladder denied in every combination: lease granted, denied by a
// reader, lost while its holder was stopped (before F_GETLEASE, and before the size is looked at),
// unsupported, not the owner; erasing possible, without /proc, failing, cut short; chattr +a, +i; lock shared
// or exclusive. What the rollback says must be what happened, and nobody else's byte may be gone.
//
// Real: the reader, SIGSTOP with fs.lease-break-time at 1 s, setpriv, chattr, a mount namespace with /proc
// covered. By LD_PRELOAD: lease unsupported (EINVAL, ENOLCK), pwrite failing. Since the preload library needs
// /proc itself, what it makes is not combined with a covered /proc.
//
// Known limit, counted apart: a holder that is stopped for longer than fs.lease-break-time exactly between
// its look at the size and ftruncate cuts off what was appended meanwhile. No system call closes that gap.

import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeFileSystem } from '../lab/file_systems.mjs'
import { PlanPage, preloadEnvironment } from '../lab/preload.mjs'
import { LabError, run as runTool } from '../lab/programs.mjs'
import { makeLogFolder, start, startForeignLine } from '../support/processes.mjs'
import { Tally } from '../support/tally.mjs'

export const number = 13
export const title = 'lease lost, denied, unsupported; no /proc; not the owner; chattr'
export const mustHold = 'ladder or report; N O S'
export const eachCommit = 152

const program = join(dirname(fileURLToPath(import.meta.url)), '../writers/ladder.mjs')
const breakTime = '/proc/sys/fs/lease-break-time'
const foreignBefore = '{"foreign":"before"}\n'

const leases = {
  granted: {},
  reader: { reader: true },
  'lost before F_GETLEASE': { plan: 'getlease:1:stop', stopped: true },
  'lost before the look': { plan: 'stat:1:stop', stopped: true },
  'lost before the cut': { plan: 'truncate:1:stop', stopped: true, limit: true },
  EINVAL: { plan: 'setlease:EINVAL' },
  ENOLCK: { plan: 'setlease:ENOLCK' },
  'not the owner': { owner: false },
}
const erasures = {
  possible: { works: true },
  'without /proc': { works: true, proc: false },
  EIO: { plan: 'pwrite:EIO' },
  ENOSPC: { plan: 'pwrite:ENOSPC' },
  // Gone on with until all of it is blank.
  short: { works: true, plan: 'pwrite:short=5' },
}

function* combinations() {
  for (const lease of Object.keys(leases)) {
    for (const erasure of Object.keys(erasures)) {
      for (const attribute of ['none', 'a', 'i']) {
        for (const lock of ['shared', 'exclusive']) {
          const needsPreload = leases[lease].plan || erasures[erasure].plan
          if (needsPreload && erasures[erasure].proc === false) continue
          // chattr needs root; a program that is not the owner cannot set it itself.
          if (leases[lease].owner === false && attribute !== 'none') continue
          // Nobody can open an immutable file for writing, so nobody takes the lease away.
          if (leases[lease].stopped && attribute === 'i') continue
          if (leases[lease].limit && (erasure !== 'possible' || attribute !== 'none')) continue
          yield { lease, erasure, attribute, lock }
        }
      }
    }
  }
}

/** What the ladder must come to. */
function expected({ lease, erasure, attribute, lock }) {
  if (attribute !== 'none') return 'pending'
  if (lease === 'granted') return 'truncated'
  if (erasures[erasure].works) return 'erased'
  return lock === 'exclusive' && !leases[lease].stopped ? 'truncated' : 'pending'
}

async function one(tally, disk, combination, at) {
  const { lease, erasure, attribute, lock } = combination
  const { owner = true, stopped = false, limit = false, reader = false } = leases[lease]
  const what = `lease ${lease}, erasing ${erasure}, attribute ${attribute}, lock ${lock}`
  const folder = join(disk.path, `c${at}`)
  mkdirSync(join(folder, 'in'), { recursive: true })
  const file = join(folder, 'in', 'file.jsonl')
  const link = join(folder, 'link.jsonl')
  writeFileSync(file, foreignBefore)
  linkSync(file, link)
  for (const path of [folder, join(folder, 'in')]) chmodSync(path, 0o777)
  chmodSync(file, 0o666)

  const plan = [leases[lease].plan, erasures[erasure].plan].filter(Boolean).join(';')
  const pagePath = plan ? join(makeLogFolder(), 'page') : null
  if (pagePath) {
    new PlanPage(pagePath).close()
    chmodSync(dirname(pagePath), 0o777)
    chmodSync(pagePath, 0o666)
  }
  const env = plan ? preloadEnvironment({ target: join(folder, 'in/'), page: { path: pagePath } }) : {}
  const options = JSON.stringify({ file, link, pagePath, plan, reader, attribute, lock })
  const command = [process.execPath, program, options]
  if (!owner) command.unshift('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups')
  if (erasures[erasure].proc === false)
    command.unshift('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh')
  const child = start(command[0], command.slice(1), env)
  if (stopped) await meetStopped(tally, child, link, what)
  const seen = await child.ended
  tally.tried++
  tally.note(seen.rollback.outcome)
  for (const { rung, reason } of seen.rollback.refused) tally.note(`${rung} refused: ${reason}`)
  if (limit) {
    tally.note('stopped between look and cut: foreign lost', seen.final.includes(seen.foreignPart) ? 0 : 1)
    return
  }
  check(tally, combination, seen, stopped, what)
}

/** The holder is stopped; somebody opens and appends, which takes the lease away after a second; it goes on. */
async function meetStopped(tally, writer, link, what) {
  const { child } = writer
  const state = () => readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]?.[0]
  for (let waited_ms = 0; state() !== 'T'; waited_ms += 5) {
    if (child.exitCode !== null || waited_ms > 10_000) {
      tally.violate(`${what}: nothing tested: the holder was not stopped`)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await startForeignLine(link, '{"foreign":"during"}')
  tally.note('stopped')
  child.kill('SIGCONT')
}

function check(tally, combination, seen, stopped, what) {
  const { attribute } = combination
  const { start: from, end, rollback, after, next, last, final, foreignPart } = seen
  const fragment = '{"writer":"W","fragment":"torn he'
  tally.expect(
    rollback.outcome === expected(combination),
    () => `${what}: ${JSON.stringify(rollback)}, expected ${expected(combination)}`,
  )
  for (const text of [after, final])
    tally.expect(
      text.startsWith(foreignBefore) && (!stopped || text.includes(foreignPart)),
      () => `${what}: W2 foreign bytes are gone: ${JSON.stringify(text)}`,
    )
  const there = after.slice(from, end)
  if (rollback.outcome === 'truncated')
    tally.expect(after.length === from, () => `${what}: not cut: ${JSON.stringify(after)}`)
  if (rollback.outcome === 'erased')
    tally.expect(
      there.trim() === '' && there.length === fragment.length,
      () => `${what}: not erased: ${JSON.stringify(there)}`,
    )
  // An erasure that was cut short has blanked some of it.
  if (rollback.outcome === 'pending')
    tally.expect(
      fragment.endsWith(there.trim()) && there.trim() !== '',
      () => `${what}: not pending: ${JSON.stringify(there)}`,
    )

  const append = (text, { range, code }, mayFail) => {
    if (range === undefined) {
      tally.note(`next append ${code}`)
      tally.expect(mayFail && !final.includes(text), () => `${what}: W3 ${text} failed with ${code}`)
      return
    }
    tally.acknowledged++
    const line = final.slice(final.lastIndexOf('\n', range.start - 1) + 1, range.end)
    tally.expect(
      line.trim() === text && final.slice(range.start, range.end) === `${text}\n`,
      () => `${what}: W1 ${text} is not alone at [${range.start}, ${range.end}): ${JSON.stringify(line)}`,
    )
  }
  append('{"writer":"W","sequence":1}', next, attribute === 'i')
  append('{"writer":"W","sequence":2}', last, false)
  // Healed: what was owed has been made good.
  tally.expect(
    !final.includes('torn he') || combination.lease === 'not the owner',
    () => `${what}: still owed: ${JSON.stringify(final)}`,
  )
}

/** (Nothing is left to chance here, so there is no seed.) */
export async function run({ count = eachCommit, seconds, log = () => {} }) {
  const tally = new Tally(log)
  for (const tool of ['setpriv', 'unshare', 'chattr']) {
    try {
      execFileSync('which', [tool])
    } catch {
      throw new LabError(`${tool} is missing`)
    }
  }
  const wanted = readFileSync(breakTime, 'latin1')
  const until = seconds === undefined ? 0 : performance.now() + seconds * 1000
  writeFileSync(breakTime, '1')
  try {
    let at = 0
    do {
      const disk = await makeFileSystem('ext4', { sizeMiB: 32 })
      runTool('chmod', '-R', 'a+rx', dirname(disk.path))
      try {
        const left = [...combinations()].slice(0, seconds === undefined ? count : undefined)
        const work = async () => {
          for (let next = left.shift(); next !== undefined; next = left.shift())
            await one(tally, disk, next, at++)
        }
        await Promise.all([work(), work(), work(), work()])
        log(`${tally.tried} combinations so far`)
      } finally {
        disk.dispose()
      }
    } while (performance.now() < until)
  } finally {
    writeFileSync(breakTime, wanted)
  }
  for (const name of [
    'truncated',
    'erased',
    'pending',
    'stopped',
    'lease refused: lease-lost',
    'lease refused: grown',
    'lease refused: EACCES',
  ])
    tally.need(name)
  return tally.result()
}
