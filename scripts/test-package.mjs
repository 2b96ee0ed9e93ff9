// Packs the package as it would be published, installs it where there is no compiler, and uses it there.
// Then what a registry's users check: types for every kind of import, no install scripts, and a binary
// that old systems load.
//
//   npm run test:package

import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { javascriptPrograms, typescriptPrograms } from '../test/package/programs.mjs'
import { checkBinary, checkFiles, checkManifest } from './package-checks.mjs'
import { root } from './native-tree.mjs'

const compilers = ['g++', 'gcc', 'cc', 'c++', 'clang', 'clang++', 'make', 'python3']
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'wholeline-package-'))
process.on('exit', () => fs.rmSync(work, { recursive: true, force: true }))

function step(what) {
  console.log(`package: ${what}`)
}

function run(command, words, options = {}) {
  return execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options })
}

/** The real path of a command on this machine's PATH. */
function locate(command) {
  return fs.realpathSync(run('sh', ['-c', `command -v ${command}`]).trim())
}

/** An environment in which node and npm are all that can be called by name. */
function bareEnvironment() {
  const folder = path.join(work, 'bin')
  fs.mkdirSync(folder)
  fs.symlinkSync(process.execPath, path.join(folder, 'node'))
  fs.symlinkSync(locate('npm'), path.join(folder, 'npm'))
  const env = { ...process.env, PATH: folder }
  for (const compiler of compilers) {
    if (spawnSync(compiler, ['--version'], { env }).error?.code !== 'ENOENT') {
      throw new Error(`${compiler} can be called: this would not show that none is needed`)
    }
  }
  return env
}

function pack() {
  run('npm', ['pack', '--pack-destination', work], { cwd: root })
  const tarball = fs.readdirSync(work).find((name) => name.endsWith('.tgz'))
  return path.join(work, tarball)
}

function install(tarball, env) {
  const folder = path.join(work, 'consumer')
  fs.mkdirSync(folder)
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "consumer", "private": true }\n')
  const words = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', tarball]
  run('npm', words, { cwd: folder, env })
  return folder
}

function compile(folder) {
  for (const [name, text] of Object.entries(typescriptPrograms))
    fs.writeFileSync(path.join(folder, name), text)
  const words = ['--strict', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--target', 'es2022']
  const types = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules', '@types')]
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  run(process.execPath, [tsc, ...words, ...types, ...Object.keys(typescriptPrograms)], {
    cwd: folder,
    stdio: 'inherit',
  })
}

function useIt(folder, env) {
  for (const [name, text] of Object.entries(javascriptPrograms))
    fs.writeFileSync(path.join(folder, name), text)
  compile(folder)
  const compiled = Object.keys(typescriptPrograms).map((name) => name.replace(/ts$/, 'js'))
  for (const name of [...Object.keys(javascriptPrograms), ...compiled]) {
    const ranges = run('node', [name], { cwd: folder, env }).trim().split('\n')
    if (ranges.length !== 3) throw new Error(`${name} printed ${ranges.length} ranges`)
    step(`${name} appended at ${ranges.join(' ')}`)
    fs.rmSync(path.join(folder, 'log.jsonl'))
  }
}

function tool(packageName, script, ...words) {
  const program = path.join(root, 'node_modules', packageName, script)
  run(process.execPath, [program, ...words], { cwd: root, stdio: 'inherit' })
}

const tarball = pack()
checkFiles(run('tar', ['-tzf', tarball]).trim().split('\n'))
step('the tarball holds what it should, and nothing else')
const env = bareEnvironment()
const consumer = install(tarball, env)
const installed = path.join(consumer, 'node_modules', 'wholeline')
checkManifest(installed, path.join(consumer, 'node_modules', '.package-lock.json'))
step('installing it runs nothing')
fs.accessSync(path.join(consumer, 'node_modules', '.bin', 'wholeline'), fs.constants.X_OK)
checkBinary(installed)
step('the binary loads on glibc 2.28 and later')
useIt(consumer, env)
tool('publint', 'src/cli.js', 'run', tarball, '--strict')
tool('@arethetypeswrong/cli', 'dist/index.js', tarball)
step('passed')
