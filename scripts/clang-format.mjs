// The C++ files in the form that .clang-format says.
//
//   node scripts/clang-format.mjs [--write]
//
// Without --write it only checks, and fails where a file differs. Releases of clang-format differ in small
// things; the form is that of release 14 (Debian 12), and others may disagree with it.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const write = process.argv.includes('--write')

function sourcesBelow(folder) {
  return readdirSync(path.join(root, folder), { recursive: true })
    .filter((name) => /\.(cc|h)$/.test(name))
    .map((name) => path.join(folder, name))
}

function withoutClangFormat() {
  const message =
    'clang-format was not found, so the C++ files were not formatted. Get it with "apt-get install ' +
    'clang-format" (Debian, Ubuntu) or "brew install clang-format" (macOS).'
  // Who formats everything need not have it for a change that touches no C++.
  console.warn(message)
  process.exit(write ? 0 : 1)
}

const files = ['src', 'test/native', 'test/fuzz', 'bench/native'].flatMap(sourcesBelow)
const mode = write ? ['-i'] : ['--dry-run', '--Werror']
const { status, error } = spawnSync('clang-format', [...mode, ...files], { cwd: root, stdio: 'inherit' })
if (error?.code === 'ENOENT') withoutClangFormat()
process.exit(status ?? 1)
