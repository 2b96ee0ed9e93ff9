// Finds the native addon where it mostly is: the file that node-gyp-build would choose there, without loading that
// and listing folders, which takes longer than loading the addon.

import { existsSync } from 'node:fs'
import path from 'node:path'

/** Variables by which node-gyp-build chooses otherwise. */
const choosing = [
  'WHOLELINE_PREBUILD',
  'PREBUILDS_ONLY',
  'LIBC',
  'ARM_VERSION',
  'npm_config_arch',
  'npm_config_platform',
]

/** The addon of the package in `root`; null: it is for node-gyp-build to say which one, or what is missing. */
export function findAddon(root: string): string | null {
  if (choosing.some((name) => process.env[name] !== undefined)) return null
  const build = path.join(root, 'build')
  const file = existsSync(build) ? path.join(build, 'Release', 'wholeline.node') : findPrebuilt(root)
  return file !== null && existsSync(file) ? file : null
}

function findPrebuilt(root: string): string | null {
  if (process.platform !== 'linux') return null
  const libc = existsSync('/etc/alpine-release') ? 'musl' : 'glibc'
  return path.join(root, 'prebuilds', `linux-${process.arch}`, `wholeline.${libc}.node`)
}
