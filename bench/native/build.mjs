// Builds the bare programs and addons into build/bench, if they are older than their sources.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const sources = import.meta.dirname
const products = path.join(sources, '..', '..', 'build', 'bench')

function isCurrent(product) {
  if (!existsSync(product)) return false
  const built = statSync(product).mtimeMs
  return readdirSync(sources).every((name) => statSync(path.join(sources, name)).mtimeMs <= built)
}

function build(product, files, more) {
  if (isCurrent(product)) return product
  mkdirSync(products, { recursive: true })
  const flags = ['-O2', '-std=c++20', '-Wall', '-Wextra', '-Werror', '-pthread']
  const sourceFiles = files.map((file) => path.join(sources, file))
  execFileSync('g++', [...flags, ...more, '-o', product, ...sourceFiles], { stdio: 'inherit' })
  return product
}

/** The path of a program, `append_each` for instance. */
export function nativeProgram(name) {
  return build(path.join(products, name), [`${name}.cc`, 'common.cc', 'turns.cc'], [])
}

/** The path of an addon, `append_addon` for instance. */
export function nativeAddon(name) {
  const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers')
  return build(
    path.join(products, `${name}.node`),
    [`${name}.cc`],
    ['-shared', '-fPIC', '-DNAPI_VERSION=8', '-isystem', headers],
  )
}
