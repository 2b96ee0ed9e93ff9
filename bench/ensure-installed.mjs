// Builds the package if it is out of date, and installs the packages that it is compared with if they are missing or
// are not those of the lock file.

import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import '../scripts/ensure-built.mjs'

const here = import.meta.dirname
const lock = path.join(here, 'package-lock.json')
/** npm writes it when it has installed everything. */
const installed = path.join(here, 'node_modules', '.package-lock.json')

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.log('Installing what the benchmark compares with, into bench/node_modules …')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', here], { stdio: 'inherit' })
}
