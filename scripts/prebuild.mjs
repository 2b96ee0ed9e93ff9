// Builds the binary for this machine into prebuilds/, under the name by which it is found at load.
// --if-missing: only if there is none that is newer than its sources.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { withNodeHeaders } from './node-headers.mjs'
import { copyNativeTree, nativeFiles, root } from './native-tree.mjs'

const require = createRequire(import.meta.url)
const folder = path.join(root, 'prebuilds', `${process.platform}-${process.arch}`)

function modified(file) {
  return statSync(file).mtimeMs
}

function isCurrent() {
  if (!existsSync(folder)) return false
  const binaries = readdirSync(folder).filter((name) => name.endsWith('.node'))
  const built = binaries.map((name) => modified(path.join(folder, name)))
  return built.length > 0 && Math.min(...built) >= Math.max(...nativeFiles().map(modified))
}

if (!process.argv.includes('--if-missing') || !isCurrent()) {
  const prebuildify = require.resolve('prebuildify/bin.js')
  const options = ['--napi', '--strip', '--tag-libc', '--target', process.versions.node, '--out', root]
  // Where node was installed without its headers, node-gyp fetches them, as in any native build.
  execFileSync(process.execPath, [prebuildify, ...options], {
    cwd: copyNativeTree('prebuild'),
    env: withNodeHeaders(),
    // npm pack --json prints to standard output; what is built says its part beside it.
    stdio: ['ignore', 2, 2],
  })
}
