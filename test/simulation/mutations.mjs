// A test of the simulation: each rule of the mechanism is taken out once, and the simulation has to notice
// within 10,000 schedules. The compiled code is copied and patched, so nothing in lib/ knows of this.
// npm run simulate:mutations [-- NAME...]

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..')
const compiled = path.join(root, 'build', 'simulation')
const schedulesMost = 10_000

/** A rule, and the change to the compiled code that takes it out; `core` names a flag of the simulated core. */
const mutations = [
  { name: 'truncate without proof', core: 'truncateWithoutProof' },
  {
    name: 'erase what others wrote where ours stood',
    core: 'eraseWithoutComparing',
    file: 'append-file/owed.js',
    find: 'const standing = yield* lookAgain(file, fragment);',
    replace: "const standing = 'ours';",
  },
  {
    name: 'a record that may be readable is tried again',
    file: 'append-file/short-write.js',
    find: 'function mayBeReadable(attempt, torn) {',
    replace: 'function mayBeReadable(attempt, torn) { return false;',
  },
  { name: 'erase the last LF too', core: 'eraseLastLineFeed' },
  { name: 'sync that does nothing', core: 'syncLies' },
  { name: 'a write begun behind one that was not plainly good', core: 'followBehindAnything' },
  {
    name: 'a write handed over behind one that mends something',
    file: 'door/lane.js',
    find: 'task?.calls !== 1 || ',
    replace: 'task === null || ',
  },
  {
    name: 'a batch handed over behind one that failed does not go back before others',
    file: 'recorder/writer.js',
    find: 'this.#takeBackAhead();\n        this.#stats.failures++;',
    replace: 'this.#stats.failures++;',
  },
  {
    name: 'no splice check',
    file: 'append-file/splice.js',
    find: 'if (start === file.end || start === 0)',
    replace: 'if (start >= 0)',
  },
  {
    name: 'a batch that did not start at our end taken for plainly good',
    file: 'append-file/short-path.js',
    find: 'start !== file.end || ',
    replace: '',
  },
  {
    name: 'a batch by the short path where something has to come before it',
    file: 'append-file/short-path.js',
    find: 'if (!file.calm)',
    replace: 'if (lines.length === 0)',
  },
  {
    name: 'no seal',
    file: 'append-file/attempt.js',
    find: 'if (!file.needsSeal)',
    replace: 'if (lines)',
  },
  {
    name: 'a fragment that is never taken back',
    file: 'append-file/owed.js',
    find: 'const rollback = yield* (0, rollback_js_1.rollBack)(file, fragment);',
    replace: "const rollback = { outcome: 'erased', range: fragment.range, refused: [] };",
  },
  {
    name: 'a fragment taken for a record',
    file: 'append-file/short-write.js',
    find: 'const whole = wholeBytes(attempt, landed);',
    replace: 'const whole = landed;',
  },
  {
    name: 'a spliced write that is cut off instead of blanked',
    file: 'append-file/owed.js',
    find: 'fragment.spliced ? (0, rollback_js_1.blank)(file, fragment) : ',
    replace: '',
  },
  {
    name: 'whole records of a short write acknowledged unsynced',
    file: 'append-file/append-policy.js',
    find: 'return lines.sync ? yield* syncPart(file, appended) : appended;',
    replace: 'return appended;',
  },
  {
    name: 'acknowledged behind blanks that are not on the disk',
    file: 'append-file/append-policy.js',
    find: "if (attempt.lines.sync && before === 'nothing')",
    replace: 'if (attempt.lines.sync)',
  },
  {
    name: 'going on after a failed sync',
    file: 'append-file/poison.js',
    find: 'file.poisoned = error;',
    replace: '',
  },
  {
    name: 'a tail repaired without proof',
    file: 'tail-repair/repair-tail.js',
    find: "if (file.lock !== 'exclusive')\n        return false;\n    return lease === null",
    replace: "file.lock = 'exclusive'; return true || lease === null",
  },
  {
    name: 'a failed record that is tried again',
    file: 'recorder/batch.js',
    find: 'this.#select(from, behind, [])',
    replace: 'this.#select(from, [], [])',
  },
  {
    name: 'a rest that goes to the end of the queue',
    file: 'recorder/queue.js',
    find: 'putBack(batch) {\n        this.#items.unshift(batch);',
    replace: 'putBack(batch) {\n        this.#items.push(batch);',
  },
  {
    name: 'a buffer without bound',
    file: 'recorder/limits.js',
    find: ' && held + buffered <= limits.maxBufferedBytes',
    replace: '',
  },
  {
    name: 'the old file left unsynced at a rotation',
    file: 'recorder/recording-file.js',
    find: 'yield* this.#syncAndClose(old, old.unsynced);',
    replace: 'yield* this.#syncAndClose(old, false);',
  },
]

/** The compiled file without the rule. */
function patched({ name, file, find, replace }) {
  const parts = readFileSync(path.join(compiled, 'lib', file), 'utf8').split(find)
  if (parts.length !== 2) {
    throw new Error(`${name}: ${parts.length - 1} places for the mutation in ${file}, 1 expected`)
  }
  return parts.join(replace)
}

function mutant(mutation) {
  if (mutation.file === undefined) return compiled
  const folder = path.join(root, 'build', 'mutation')
  rmSync(folder, { recursive: true, force: true })
  cpSync(path.join(compiled, 'lib'), path.join(folder, 'lib'), { recursive: true })
  cpSync(path.join(compiled, 'test'), path.join(folder, 'test'), { recursive: true })
  // Where the addon is looked for.
  symlinkSync('..', path.join(folder, 'build'))
  writeFileSync(path.join(folder, 'lib', mutation.file), patched(mutation))
  return folder
}

/** The number of schedules after which it was found; null: it was not. */
function schedulesUntilFound(mutation) {
  const program = path.join(mutant(mutation), 'test', 'simulation', 'main.js')
  const broken = mutation.core === undefined ? [] : ['--broken', mutation.core]
  const args = [program, '--schedules', String(schedulesMost), ...broken]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status === 0) return null
  const found = /after (\d+) schedules/.exec(stdout)
  if (found === null) throw new Error(`${mutation.name}: ${stdout}${stderr}`)
  return Number(found[1])
}

execFileSync(process.execPath, [path.join(root, 'scripts', 'build-simulation.mjs')], { stdio: 'inherit' })
// That each still has its place is told before the first is run.
for (const mutation of mutations) if (mutation.file !== undefined) patched(mutation)
const wanted = process.argv.slice(2)
let missed = 0
let found = 0
for (const mutation of mutations) {
  if (wanted.length > 0 && !wanted.includes(mutation.name)) continue
  const schedules = schedulesUntilFound(mutation)
  if (schedules === null) missed++
  else found++
  console.log(`${schedules === null ? 'NOT FOUND' : `found after ${schedules}`.padEnd(18)} ${mutation.name}`)
}
rmSync(path.join(root, 'build', 'mutation'), { recursive: true, force: true })
console.log(`mutations: ${found} found, ${missed} missed`)
process.exitCode = missed === 0 ? 0 : 1
