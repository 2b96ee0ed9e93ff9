// The addon is built in place for development only. Every other build has a copy of the sources in a folder
// of its own below build/, because node-gyp clears the whole build folder of the tree that it rebuilds.

import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')

const parts = ['src', 'binding.gyp', 'package.json', 'scripts/native-sources.cjs']

/** Everything that the binary is made of. */
export function nativeFiles() {
  const sources = readdirSync(path.join(root, 'src'), { recursive: true })
    .filter((name) => /\.(cc|h)$/.test(name))
    .map((name) => path.join(root, 'src', name))
  return [...sources, path.join(root, 'binding.gyp')]
}

/** Copies the sources of the addon into build/NAME; times are kept, so that only what changed is compiled. */
export function copyNativeTree(name) {
  const folder = path.join(root, 'build', name)
  mkdirSync(path.join(folder, 'scripts'), { recursive: true })
  for (const part of parts) {
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true, preserveTimestamps: true })
  }
  const modules = path.join(folder, 'node_modules')
  if (!existsSync(modules)) symlinkSync(path.join(root, 'node_modules'), modules)
  return folder
}
