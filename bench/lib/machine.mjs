// Where the numbers come from: machine, kernel, file system, versions.

import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'

const require = createRequire(import.meta.url)
const root = path.join(import.meta.dirname, '..', '..')

/** The file system and the mount options of the folder; the longest mount point above it counts. */
function fileSystemOf(folder) {
  const real = realpathSync(folder)
  const mounts = readFileSync('/proc/self/mounts', 'utf8').trimEnd().split('\n')
  const above = mounts
    .map((line) => line.split(' '))
    .filter(([, point]) => point === '/' || real === point || real.startsWith(`${point}/`))
  const best = above.reduce((longest, one) => (one[1].length >= longest[1].length ? one : longest))
  return { type: best[2], options: best[3] }
}

function firstLineOf(command, ...parameters) {
  try {
    return execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')[0]
      .trim()
  } catch {
    return null
  }
}

function packageVersions() {
  const { dependencies } = require('../package.json')
  const own = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  return { [own.name]: own.version, ...dependencies }
}

export function describeMachine(folder) {
  const cpus = os.cpus()
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    architecture: process.arch,
    system: firstLineOf('sh', '-c', '. /etc/os-release && echo "$PRETTY_NAME"') ?? os.type(),
    kernel: os.release(),
    fileSystem: fileSystemOf(folder),
    loadBefore: os.loadavg()[0],
    node: process.version,
    compiler: firstLineOf('g++', '--version'),
    commit: firstLineOf('git', '-C', root, 'describe', '--always', '--dirty'),
    packages: packageVersions(),
  }
}
