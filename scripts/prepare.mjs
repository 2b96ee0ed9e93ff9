// Runs in a clone at `npm ci` and before `npm pack`, never at a consumer's install: builds what is missing
// or older than its sources.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')

function filesBelow(folder) {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}

function newest(files) {
  return Math.max(...files.map((file) => statSync(file).mtimeMs))
}

function isCurrent(product, sources) {
  const file = path.join(root, product)
  return existsSync(file) && statSync(file).mtimeMs >= newest(sources)
}

function run(script) {
  execFileSync('npm', ['run', '--silent', script], { cwd: root, stdio: 'inherit' })
}

const manifests = ['package.json', 'binding.gyp', 'tsconfig.json'].map((name) => path.join(root, name))

if (!isCurrent('build/Release/wholeline.node', [...filesBelow('src'), manifests[1]])) run('build:native')
if (!isCurrent('dist/index.js', [...filesBelow('lib'), ...manifests])) run('build:lib')
