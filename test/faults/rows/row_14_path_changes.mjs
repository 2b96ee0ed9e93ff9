// row_14_path_changes.mjs: under an open recorder the file is renamed, unlinked, cut to nothing, or replaced by
// a file, a FIFO, a symbolic link, a folder. It must be noticed, and nothing may go to a wrong file: every
// acknowledged record stands in the file that was open when it was given, or in the new one at the path.

import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { makeFileSystem } from '../lab/file_systems.mjs'
import { makeRecord, randomOf, within } from '../support/records.mjs'
import { checkSmall } from '../support/small_file.mjs'
import { Tally } from '../support/tally.mjs'

const { Recorder, AppendError } = createRequire(import.meta.url)('../../../dist/index.js')

export const number = 14
export const title = 'file renamed, unlinked, emptied, replaced'
export const mustHold = 'noticed, no write to a wrong file'
export const eachCommit = 200

const victim = '{"victim":"must not be touched"}\n'

/** What happens to the path; `opens`: can it be opened again afterwards? */
const changes = {
  renamed: { opens: true, make: (c) => renameSync(c.path, c.old) },
  unlinked: { opens: true, make: (c) => unlinkSync(c.path) },
  emptied: { opens: true, same: true, make: (c) => truncateSync(c.path, 0) },
  'copied and emptied': {
    opens: true,
    same: true,
    make: (c) => (writeFileSync(c.old, readFileSync(c.path)), truncateSync(c.path, 0)),
  },
  'replaced by a file': {
    opens: true,
    make: (c) => (writeFileSync(c.other, '{"new":1}\n'), renameSync(c.other, c.path)),
  },
  'replaced by a FIFO': { opens: false, make: (c) => (unlinkSync(c.path), execFileSync('mkfifo', [c.path])) },
  'replaced by a folder': { opens: false, make: (c) => (renameSync(c.path, c.old), mkdirSync(c.path)) },
  'replaced by a symlink': {
    opens: false,
    followSymlinks: false,
    make: (c) => (renameSync(c.path, c.old), symlinkSync(c.victim, c.path)),
  },
  'replaced by a dangling symlink': {
    opens: false,
    followSymlinks: false,
    make: (c) => (renameSync(c.path, c.old), symlinkSync(join(c.folder, 'nowhere'), c.path)),
  },
  'folder renamed': { opens: true, make: (c) => renameSync(c.inner, `${c.inner}-old`) },
}

function readDescriptor(fd) {
  const bytes = Buffer.alloc(fstatSync(fd).size)
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0))
}

class Case {
  records = []
  errors = []
  moves = []
  #sequence = 0

  constructor(folder) {
    this.folder = folder
    this.inner = join(folder, 'inner')
    this.path = join(this.inner, 'a.jsonl')
    this.old = join(this.inner, 'a.old')
    this.other = join(folder, 'other')
    this.victim = join(folder, 'victim')
    mkdirSync(this.inner, { recursive: true })
    writeFileSync(this.victim, victim)
  }

  async append(recorder, way) {
    const record = { text: makeRecord('R', this.#sequence, 60 + (this.#sequence % 7)), state: 'given' }
    this.#sequence++
    this.records.push(record)
    try {
      record.range =
        way === 'sync' ? recorder.appendLineSync(record.text) : await recorder.appendLine(record.text)
      record.state = 'acknowledged'
    } catch (error) {
      if (!(error instanceof AppendError)) throw error
      record.state = error.state
      this.errors.push(error)
    }
  }
}

async function one(tally, base, name, { reopenOnMove, way, several }, random, what) {
  const { make, opens, same = false, followSymlinks = true } = changes[name]
  const c = new Case(join(base, 'case'))
  const options = { reopenOnMove, followSymlinks, moveCheckMs: 0 }
  const recorder = Recorder.openSync(c.path, options)
  recorder.on('moved', (move) => c.moves.push(move))
  recorder.on('error', (error) => c.errors.push(error))
  // A second recorder on the same file, which learns of the change too.
  const second = several ? Recorder.openSync(c.path, options) : null
  second?.on('error', (error) => c.errors.push(error))
  const looking = openSync(c.path, 'r')
  const before = within(random, 0, 4)
  for (let i = 0; i < before; i++) await c.append(recorder, way)
  if (second) await c.append(second, way)
  const given = c.records.length
  const kept = name === 'emptied' ? readDescriptor(looking) : null
  make(c)
  tally.note(name)
  for (let i = 0; i < 4; i++) await c.append(i % 2 === 1 && second ? second : recorder, way)
  // Synchronous appends look at the clock each 64th time only, and at flush.
  if (way === 'sync') for (let i = 0; i < 140; i++) await c.append(recorder, way)
  try {
    await recorder.flush()
    await second?.close()
    await recorder.close()
  } catch (error) {
    if (!(error instanceof AppendError)) throw error
    c.errors.push(error)
  }
  tally.tried++
  tally.acknowledged += c.records.filter(({ state }) => state === 'acknowledged').length

  if (!same) tally.expect(c.moves.length > 0, () => `${what}: not noticed`)
  for (const { what: word } of c.moves) tally.note(`told ${word}`)
  if (reopenOnMove && opens && !same)
    tally.expect(
      c.moves.some(({ what: word }) => word === 'reopened'),
      () => `${what}: not opened again`,
    )
  if (!reopenOnMove) tally.expect(c.errors.length === 0, () => `${what}: ${c.errors[0]?.message}`)
  for (const error of c.errors) tally.note(`failed ${error.code}`)
  tally.expect(readFileSync(c.victim, 'utf8') === victim, () => `${what}: W2 the victim was written to`)
  tally.expect(
    !existsSync(join(c.folder, 'nowhere')),
    () => `${what}: a file was made behind a dangling link`,
  )

  const files = [readDescriptor(looking)]
  closeSync(looking)
  for (const path of [c.path, c.old]) {
    const there = lstatSync(path, { throwIfNoEntry: false })
    if (there?.isFile() && !(path === c.path && same)) files.push(readFileSync(path))
  }
  // The file by its open descriptor and by its new name is one file.
  const distinct = files.filter((bytes, i) => files.findIndex((other) => other.equals(bytes)) === i)
  // What was in the file when somebody emptied it is gone, by that hand.
  const records = name === 'emptied' ? c.records.slice(given) : c.records
  if (kept)
    tally.expect(
      c.records.slice(0, given).every(({ text }) => kept.includes(text)),
      () => `${what}: not there before it was emptied`,
    )
  const foreign = name === 'replaced by a file' ? ['{"new":1}'] : []
  for (const text of checkSmall({
    files: distinct,
    records,
    foreign,
    debris: [],
    fragmentTold: false,
    copies: name === 'copied and emptied',
  }))
    tally.violate(`${what}: ${text}`)
  // No hole, no NULs.
  for (const bytes of distinct) tally.expect(!bytes.includes(0), () => `${what}: NULs in the file`)
  rmSync(c.folder, { recursive: true, force: true })
}

export async function run({ count = eachCommit, seconds, seed = 1, log = () => {} }) {
  const tally = new Tally(log)
  const random = randomOf(seed)
  const most = seconds === undefined ? count : Infinity
  const ways = []
  for (const reopenOnMove of [true, false]) {
    for (const way of ['async', 'sync'])
      for (const several of [false, true]) ways.push({ reopenOnMove, way, several })
  }
  for (const kind of ['ext4', 'tmpfs', 'xfs', 'btrfs', 'overlay-ext4']) {
    const until = seconds === undefined ? Infinity : performance.now() + (seconds * 1000) / 5
    const disk = await makeFileSystem(kind)
    try {
      for (let done = 0; done < most / 5 && performance.now() < until;) {
        for (const name of Object.keys(changes)) {
          const choice = ways[done % ways.length]
          const what = `${kind}, ${name}, ${JSON.stringify(choice)}, seed ${seed}`
          await one(tally, disk.path, name, choice, random, what)
          done++
        }
        // Ten changes and eight ways: the next round meets others.
        ways.push(ways.shift())
      }
    } finally {
      disk.dispose()
    }
  }
  for (const name of Object.keys(changes)) tally.need(name)
  return tally.result()
}
