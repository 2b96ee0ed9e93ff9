// Builds the C++ core alone and runs its unit tests.
//
//   npm run test:native [-- [--sanitize=address,undefined | --sanitize=thread] [options of doctest]]

import { execFileSync, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sanitizerOptions, withoutAddressRandomization } from './sanitizers.mjs'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js')

const sanitize =
  process.argv.find((word) => word.startsWith('--sanitize='))?.slice('--sanitize='.length) ?? ''
const forDoctest = process.argv.slice(2).filter((word) => !word.startsWith('--sanitize='))
const folder = path.join(root, 'build', ['native', ...sanitize.split(',')].filter(Boolean).join('-'))

function fail(message) {
  console.error(message)
  process.exit(1)
}

function requireCMake() {
  if (spawnSync('cmake', ['--version']).status === 0) return
  fail(
    'The native tests are built by CMake, which was not found. Get it with "apt-get install cmake" ' +
      '(Debian, Ubuntu) or "brew install cmake" (macOS).',
  )
}

function cmake(command, ...options) {
  const words = [cmakeJs, command, '--directory', root, '--out', folder, '--log-level', 'warn', ...options]
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' })
  if (status !== 0) fail(`cmake-js ${command} failed`)
}

// DESIGN: no allocation, no exceptions, nothing of the C++ run-time library, so that the binary stays small.
function checkCoreNeedsNoRuntime() {
  const library = path.join(folder, 'libwholeline_core.a')
  const needed = execFileSync('nm', ['--undefined-only', library], { encoding: 'utf8' })
  const forbidden = /^\s+U (_Zn[wa]|_Zd[la]|_ZN?K?St|__cxa_|__gxx_|malloc$|calloc$|realloc$|free$)/
  const found = needed.split('\n').filter((line) => forbidden.test(line))
  if (found.length > 0) fail(`the core needs the C++ run-time or allocates:\n${found.join('\n')}`)
}

function runTests() {
  const program = path.join(folder, 'wholeline_core_test')
  const words = [program, ...forDoctest]
  const [command, ...rest] = sanitize.includes('thread') ? withoutAddressRandomization(words) : words
  const env = { ...process.env, ...sanitizerOptions() }
  const { status, signal } = spawnSync(command, rest, { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) fail(`the native tests failed (${signal ?? `exit status ${status}`})`)
}

requireCMake()
cmake(
  'configure',
  '--config',
  sanitize === '' ? 'RelWithDebInfo' : 'Debug',
  ...(sanitize === '' ? [] : [`--CDWHOLELINE_SANITIZE=${sanitize}`]),
)
cmake('build', '--parallel', String(os.availableParallelism()))
if (sanitize === '' && process.platform === 'linux') checkCoreNeedsNoRuntime()
runTests()
