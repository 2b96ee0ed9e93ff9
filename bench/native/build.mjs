// Builds the bare programs into build/bench, if they are older than their sources.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

const sources = import.meta.dirname
const products = path.join(sources, '..', '..', 'build', 'bench')

function isCurrent(product) {
  if (!existsSync(product)) return false
  const built = statSync(product).mtimeMs
  return readdirSync(sources).every((name) => statSync(path.join(sources, name)).mtimeMs <= built)
}

/** The path of a program, `append_each` for instance. */
export function nativeProgram(name) {
  const product = path.join(products, name)
  if (isCurrent(product)) return product
  mkdirSync(products, { recursive: true })
  const files = [`${name}.cc`, 'common.cc'].map((file) => path.join(sources, file))
  const flags = ['-O2', '-std=c++20', '-Wall', '-Wextra', '-Werror', '-pthread']
  execFileSync('g++', [...flags, '-o', product, ...files], { stdio: 'inherit' })
  return product
}
