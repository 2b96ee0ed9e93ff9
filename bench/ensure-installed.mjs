// Builds the package if it is out of date, and installs the packages that it is compared with if they are missing or
// are not those of the lock file.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import '../scripts/ensure-built.mjs'

const here = import.meta.dirname
const lock = path.join(here, 'package-lock.json')
/** npm writes it when it has installed everything. */
const installed = path.join(here, 'node_modules', '.package-lock.json')

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/** By versions and not by time: in a fresh checkout every file is new, and `npm ci` begins with removing all. */
function isInstalled() {
  if (!existsSync(installed)) return false
  const there = packagesOf(installed)
  // What is optional may be for another platform.
  return Object.entries(packagesOf(lock)).every(
    ([name, { version, optional }]) => name === '' || optional === true || there[name]?.version === version,
  )
}

if (!isInstalled()) {
  console.log('Installing what the benchmark compares with, into bench/node_modules …')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', here], { stdio: 'inherit' })
}
