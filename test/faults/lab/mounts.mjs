// mounts.mjs: one function for each way to mount something, and one to take it away.
//
// Idea: a mount is a folder, and a list of what must be undone, last first. Contract:
// taking away is robust: a busy mount is detached lazily, its loop device is freed with
// it, and a folder is removed only once nothing is mounted on it or below it. Everything
// lives under one folder in the system's temporary folder that carries our process id.

import { spawn } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError, labProgram, requireDevice, requireFileSystem, run } from './programs.mjs'

const prefix = 'wholeline-lab-'

/** A new folder for one file system: its image, its mount point. */
export function makeFolder() {
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
}

/** @returns {string[]} all mount points, in the order in which they were mounted */
function mountPoints() {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n')
  return lines.map((line) =>
    line.split(' ')[4].replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
  )
}

/** @param {string} path */
export function isMounted(path) {
  return mountPoints().includes(path)
}

/** @param {string} path */
export function unmount(path) {
  for (let attempt = 0; attempt < 20 && isMounted(path); attempt++) {
    try {
      run('umount', path)
      return
    } catch {
      // Busy: whoever has a file open there may be about to close it.
      run('sleep', '0.02')
    }
  }
  while (isMounted(path)) run('umount', '--lazy', path)
}

/**
 * Unmounts whatever is still mounted in the folder, then removes it.
 * @param {string} folder
 */
export function removeFolder(folder) {
  const inside = mountPoints().filter((point) => point.startsWith(`${folder}/`))
  for (const point of inside.reverse()) unmount(point)
  rmSync(folder, { recursive: true, force: true })
}

/** Removes what test processes left behind that were killed before they could. */
export function removeOrphans() {
  const removed = []
  for (const name of readdirSync(tmpdir()).filter((name) => name.startsWith(prefix))) {
    const owner = name.slice(prefix.length).split('-')[0]
    try {
      process.kill(Number(owner), 0)
    } catch {
      removeFolder(join(tmpdir(), name))
      removed.push(name)
    }
  }
  return removed
}

/** @param {string} folder @param {number} sizeMiB may be a fraction: 0.0625 is 64 KiB */
export function mountTmpfs(folder, sizeMiB) {
  const path = join(folder, 'mount')
  mkdirSync(path)
  run('mount', '-t', 'tmpfs', '-o', `size=${Math.round(sizeMiB * 1024)}k`, 'wholeline-lab', path)
  return path
}

/**
 * A sparse image file with a fresh file system on it, mounted through a loop device that
 * goes away with the mount.
 * @param {string} folder @param {string} type @param {number} sizeMiB
 * @param {string[]} mkfsArguments @param {string} mountOptions
 */
export function mountImage(folder, type, sizeMiB, mkfsArguments, mountOptions) {
  requireFileSystem(type)
  requireDevice('/dev/loop-control')
  const image = join(folder, 'image')
  const path = join(folder, 'mount')
  const fd = openSync(image, 'w')
  ftruncateSync(fd, Math.round(sizeMiB * 1024 * 1024))
  closeSync(fd)
  run(`mkfs.${type}`, ...mkfsArguments, image)
  mkdirSync(path)
  run('mount', '-t', type, '-o', ['loop', mountOptions].filter(Boolean).join(','), image, path)
  return path
}

/** @param {string} base where the upper layer lies; its own file system decides what a full disk is */
export function mountOverlay(base) {
  requireFileSystem('overlay')
  const [lower, upper, work, path] = ['lower', 'upper', 'work', 'merged'].map((name) => join(base, name))
  for (const each of [lower, upper, work, path]) mkdirSync(each)
  run(
    'mount',
    '-t',
    'overlay',
    '-o',
    `lowerdir=${lower},upperdir=${upper},workdir=${work}`,
    'wholeline-lab',
    path,
  )
  return path
}

/**
 * A subvolume with a limit of its own on a larger btrfs: EDQUOT long before ENOSPC.
 * @param {string} base @param {number} limitMiB
 */
export function limitSubvolume(base, limitMiB) {
  const path = join(base, 'limited')
  run('btrfs', 'quota', 'enable', base)
  run('btrfs', 'subvolume', 'create', path)
  run('btrfs', 'qgroup', 'limit', String(Math.round(limitMiB * 1024 * 1024)), path)
  return path
}

/**
 * The fault file system over a backing folder; resolves once it answers.
 * @param {string} folder @param {string} backing
 */
export async function mountFuse(folder, backing) {
  requireFileSystem('fuse')
  requireDevice('/dev/fuse')
  const path = join(folder, 'faulty')
  mkdirSync(path)
  const server = spawn(labProgram('fuse_faults'), [backing, path], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  })
  server.unref() // it ends when it is unmounted
  for (let waited_ms = 0; !isMounted(path); waited_ms += 10) {
    if (server.exitCode !== null || waited_ms > 5000) throw new LabError('fuse_faults did not mount')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return path
}
