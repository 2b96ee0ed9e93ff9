// file_systems.mjs: real, small file systems for tests, each made fresh and taken away again.
//
// Idea: a disk that is really full gives the short writes that no mock thinks of. Use:
//   const disk = await makeFileSystem('ext4', { sizeMiB: 8 })
//   disk.fill({ leave: 100 }); appendTo(join(disk.path, 'a.jsonl')); disk.free(); disk.dispose()
// Needs root, loop devices and the tools of install.sh; throws a LabError naming what is
// missing. Contract: all that was made is taken away at dispose(), at the latest when the
// process ends or is told to (SIGINT, SIGTERM, SIGHUP); `--clean` removes what a kill -9 left.

import { appendFileSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as mounts from './mounts.mjs'
import { LabError, labProgram, requireRoot, run } from './programs.mjs'

export { LabError }

/**
 * @typedef {object} Options
 * @property {number} [sizeMiB] of the image or the tmpfs; by default about as small as the kind allows
 * @property {number} [limitMiB] of the subvolume (btrfs-quota)
 * @property {string} [mountOptions]
 * @property {string} [backing] fuse: an existing folder instead of a tmpfs of its own
 *
 * @typedef {object} TestFileSystem
 * @property {string} kind
 * @property {string} path where to put files
 * @property {(options?: { leave?: number }) => void} fill until not one byte more fits, then gives `leave` bytes back
 * @property {() => void} free
 * @property {() => void} dispose
 *
 * @typedef {object} FaultControl only on kind 'fuse'
 * @property {(text: string) => void} plan sets the fault plan (see fault_plan.h); '' heals
 * @property {() => Record<string, number>} counts calls so far, and `fired`
 * @property {string} backing the folder beneath, without faults
 */

/** @type {Set<TestFileSystem>} */
const alive = new Set()

const xfsMinimumMiB = 300 // mkfs.xfs refuses less

/** @type {Record<string, (folder: string, options: Options) => string>} */
const makers = {
  tmpfs: (folder, { sizeMiB = 1 }) => mounts.mountTmpfs(folder, sizeMiB),
  ext4: (folder, { sizeMiB = 8, mountOptions = '' }) =>
    mounts.mountImage(folder, 'ext4', sizeMiB, ['-q', '-F', '-m', '0'], mountOptions),
  xfs: (folder, { sizeMiB = xfsMinimumMiB, mountOptions = '' }) =>
    mounts.mountImage(folder, 'xfs', sizeMiB, ['-q', '-m', 'reflink=1'], mountOptions),
  // Doubled metadata has more room: with less, one full disk and no file can be made ever again.
  btrfs: (folder, { sizeMiB = 128, mountOptions = '' }) =>
    mounts.mountImage(folder, 'btrfs', sizeMiB, ['-q', '-m', 'dup', '-d', 'single'], mountOptions),
  'overlay-ext4': (folder, options) => mounts.mountOverlay(makers.ext4(folder, options)),
  'overlay-tmpfs': (folder, options) => mounts.mountOverlay(makers.tmpfs(folder, options)),
  'btrfs-quota': (folder, options) =>
    mounts.limitSubvolume(makers.btrfs(folder, { sizeMiB: 256, ...options }), options.limitMiB ?? 4),
}

export const kinds = Object.freeze([...Object.keys(makers), 'fuse'])

/**
 * @param {string} kind one of `kinds`
 * @param {Options} [options]
 * @returns {Promise<TestFileSystem & Partial<FaultControl>>}
 */
export async function makeFileSystem(kind, options = {}) {
  if (!kinds.includes(kind)) throw new LabError(`no such kind of file system: ${kind} (${kinds.join(', ')})`)
  requireRoot()
  disposeAtExit()
  const folder = mounts.makeFolder()
  try {
    const fileSystem =
      kind === 'fuse'
        ? await makeFuse(folder, options)
        : plainFileSystem(kind, folder, makers[kind](folder, options))
    alive.add(fileSystem)
    return fileSystem
  } catch (error) {
    mounts.removeFolder(folder)
    throw error
  }
}

/** @param {string} kind @param {string} folder @param {string} path @param {string} [ballastIn] */
function plainFileSystem(kind, folder, path, ballastIn = path) {
  return {
    kind,
    path,
    /** @param {{ leave?: number }} [options] */
    fill({ leave = 0 } = {}) {
      run(labProgram('filler'), ballastIn, '--once', '--leave', String(leave))
    },
    free() {
      rmSync(join(ballastIn, '.ballast'), { force: true })
      run('sync', '--file-system', ballastIn) // btrfs and xfs give space back with a commit
    },
    dispose() {
      alive.delete(this)
      mounts.removeFolder(folder)
    },
  }
}

/** @param {string} folder @param {Options} options */
async function makeFuse(folder, { sizeMiB = 64, backing }) {
  const beneath = backing ?? mounts.mountTmpfs(folder, sizeMiB)
  const path = await mounts.mountFuse(folder, beneath)
  const control = join(path, '.faults')
  const fileSystem = plainFileSystem('fuse', folder, path, beneath)
  return Object.assign(fileSystem, {
    backing: beneath,
    /** @param {{ leave?: number }} [options] */
    fill: (options) => {
      if (backing) throw new LabError('will not fill a backing folder that was given')
      plainFileSystem('fuse', folder, path, beneath).fill(options)
    },
    /** @param {string} text */
    plan: (text) => writeFileSync(control, text),
    counts: () => JSON.parse(readFileSync(control, 'utf8')),
  })
}

/**
 * A file whose blocks are shared with a copy, so that even overwriting it needs new ones.
 * @param {TestFileSystem} fileSystem xfs or btrfs @param {string} name @param {string | Uint8Array} content
 */
export function makeReflinkedFile(fileSystem, name, content) {
  const path = join(fileSystem.path, name)
  writeFileSync(path, content)
  run('cp', '--reflink=always', path, `${path}.copy`)
  run('sync', '--file-system', fileSystem.path)
  return path
}

export function disposeAll() {
  for (const fileSystem of alive) fileSystem.dispose()
}

let hooked = false

function disposeAtExit() {
  if (hooked) return
  hooked = true
  process.on('exit', disposeAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      disposeAll()
      process.kill(process.pid, signal) // the handler is gone: now it has its usual effect
    })
  }
}

/** Appends until it fails, which it must: returns the code of the failure. @param {string} file */
function appendUntilFull(file) {
  for (let i = 0; i < 1000; i++) {
    try {
      appendFileSync(file, Buffer.alloc(4096, 'x'))
    } catch (error) {
      const { code, errno = 0 } = /** @type {NodeJS.ErrnoException} */ (error)
      return code === 'UNKNOWN' ? `errno ${-errno}` : code // Node has no name for EDQUOT
    }
  }
  throw new LabError('4 MB still fit after filling')
}

/** @param {string} kind */
async function checkKind(kind) {
  const started = performance.now()
  const fileSystem = await makeFileSystem(kind)
  try {
    const file = join(fileSystem.path, 'check.jsonl')
    writeFileSync(file, '{"check":1}\n'.repeat(1000))
    const free_kb = Math.round(
      (statfsSync(fileSystem.path).bavail * statfsSync(fileSystem.path).bsize) / 1024,
    )
    fileSystem.fill()
    const code = appendUntilFull(file)
    fileSystem.free()
    appendFileSync(file, Buffer.alloc(4096, 'y'))
    writeFileSync(`${file}.new`, 'x')
    fileSystem.dispose()
    const took_ms = Math.round(performance.now() - started)
    return `ok ${kind}: ${free_kb} KB free when new, then ${code}, free again, disposed; ${took_ms} ms`
  } finally {
    fileSystem.dispose()
  }
}

/** @param {string[]} parameters */
async function main(parameters) {
  if (parameters[0] === '--clean') {
    console.log(`removed: ${mounts.removeOrphans().join(' ') || 'nothing'}`)
  } else if (parameters[0] === '--check') {
    for (const kind of parameters.length > 1 ? parameters.slice(1) : kinds) {
      try {
        console.log(await checkKind(kind))
      } catch (error) {
        console.log(`NOT OK ${kind}: ${/** @type {Error} */ (error).message}`)
        process.exitCode = 1
      }
    }
  } else {
    console.error('usage: file_systems.mjs --check [KIND...] | --clean')
    process.exitCode = 2
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2))
