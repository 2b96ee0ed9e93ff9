// What must hold for the packed package; each check throws with what is wrong.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const expected = [
  /^dist\/.+\.(js|d\.ts)$/,
  /^prebuilds\/[a-z0-9]+-[a-z0-9+]+\/wholeline\.(glibc|musl)\.node$/,
  /^README\.md$/,
  /^LICENSE$/,
  /^CHANGELOG\.md$/,
  /^package\.json$/,
]

// npm, pnpm, yarn and Bun run these when a dependency is installed.
const installScripts = ['preinstall', 'install', 'postinstall']

// Debian 10, RHEL 8 and Ubuntu 18.10 have these; Node 20 itself asks for glibc 2.28.
const floors = { GLIBC: '2.28', GLIBCXX: '3.4.25', CXXABI: '1.3.11' }

function refuse(message) {
  throw new Error(`package: ${message}`)
}

export function checkFiles(entries) {
  const files = entries.map((entry) => entry.replace(/^package\//, '')).filter((file) => !file.endsWith('/'))
  const surplus = files.filter((file) => !expected.some((pattern) => pattern.test(file)))
  if (surplus.length > 0) refuse(`the tarball holds ${surplus.join(', ')}`)
  const missing = expected.filter((pattern) => !files.some((file) => pattern.test(file)))
  if (missing.length > 0) refuse(`the tarball has nothing like ${missing.join(', ')}`)
}

/** A binding.gyp counts as an install script, unless gypfile is false and the file is not there. */
export function checkManifest(installed, lockFile) {
  const manifest = JSON.parse(fs.readFileSync(path.join(installed, 'package.json'), 'utf8'))
  const found = installScripts.filter((name) => name in (manifest.scripts ?? {}))
  if (found.length > 0) refuse(`package.json has the script ${found.join(', ')}`)
  if (manifest.gypfile !== false) refuse('package.json does not say "gypfile": false')
  if (fs.existsSync(path.join(installed, 'binding.gyp'))) refuse('binding.gyp was packed')
  const lock = JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages
  const scripted = Object.keys(lock).filter((name) => lock[name].hasInstallScript)
  if (scripted.length > 0) refuse(`npm sees install scripts in ${scripted.join(', ')}`)
}

function isNewer(version, floor) {
  const [a, b] = [version, floor].map((text) => text.split('.').map(Number))
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) > (b[i] ?? 0)
  }
  return false
}

export function checkBinary(installed) {
  const folder = path.join(installed, 'prebuilds', `${process.platform}-${process.arch}`)
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name)
    const symbols = execFileSync('objdump', ['-T', file], { encoding: 'utf8' })
    const needed = [...symbols.matchAll(/\b(GLIBC|GLIBCXX|CXXABI)_([0-9.]+)\b/g)]
    if (needed.length === 0 && name.includes('glibc')) refuse(`${name}: no versions in objdump -T`)
    const above = needed.filter(([, library, version]) => isNewer(version, floors[library]))
    if (above.length > 0) refuse(`${name} needs ${[...new Set(above.map(([whole]) => whole))].join(', ')}`)
    if (fs.readFileSync(file).includes(process.cwd())) refuse(`${name} holds the path of this folder`)
  }
}
