// Builds the binary for this machine into prebuilds/, under the name by which it is found at load.
// --if-missing: only if there is none that is newer than its sources.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)
const { sources } = require('./native-sources.cjs')
const folder = path.join(root, 'prebuilds', `${process.platform}-${process.arch}`)

function isCurrent() {
  if (!existsSync(folder)) return false
  const binaries = readdirSync(folder).filter((name) => name.endsWith('.node'))
  const built = binaries.map((name) => statSync(path.join(folder, name)).mtimeMs)
  const written = sources.map((source) => statSync(path.join(root, source)).mtimeMs)
  return built.length > 0 && Math.min(...built) >= Math.max(...written)
}

if (!process.argv.includes('--if-missing') || !isCurrent()) {
  const prebuildify = require.resolve('prebuildify/bin.js')
  const options = ['--napi', '--strip', '--tag-libc', '--target', process.versions.node]
  // Node's own headers are given by the environment or fetched by node-gyp, as in any native build.
  execFileSync(process.execPath, [prebuildify, ...options], { cwd: root, stdio: 'inherit' })
}
