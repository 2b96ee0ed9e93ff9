// The addon that is found without node-gyp-build is the one that it would load; where that is not sure, none is.

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import nodeGypBuild from 'node-gyp-build'
import { findAddon } from '../../lib/door/find-addon.js'
import { temporaryFolder } from '../support/temporary.js'

const { resolve } = nodeGypBuild as unknown as { resolve: (folder: string) => string }
const prebuilds = path.join('prebuilds', `${process.platform}-${process.arch}`)

function packageWith(...files: string[]): string {
  const root = temporaryFolder()
  writeFileSync(path.join(root, 'package.json'), '{ "name": "wholeline" }')
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), '')
  }
  return root
}

const own = path.join('build', 'Release', 'wholeline.node')
const glibc = path.join(prebuilds, 'wholeline.glibc.node')
const musl = path.join(prebuilds, 'wholeline.musl.node')

test.each([
  ['built here', [own]],
  ['built here, beside prebuilt ones', [own, glibc, musl]],
  ['prebuilt for either libc', [glibc, musl]],
])('%s: the file that node-gyp-build chooses', (_, files) => {
  const root = packageWith(...files)
  expect(findAddon(root)).toBe(resolve(root))
})

test.each([
  ['nothing is there', []],
  ['it was built for debugging', [path.join('build', 'Debug', 'wholeline.node'), glibc, musl]],
  ['it has another name', [path.join(prebuilds, 'wholeline.node')]],
  ['it is for another machine', [path.join('prebuilds', 'sunos-sparc', 'wholeline.glibc.node')]],
])('%s: left to node-gyp-build', (_, files) => {
  expect(findAddon(packageWith(...files))).toBeNull()
})

test.each(['WHOLELINE_PREBUILD', 'PREBUILDS_ONLY', 'LIBC'])(
  'where %s is set: left to node-gyp-build',
  (name) => {
    const root = packageWith(own, glibc, musl)
    const env = jest.replaceProperty(process, 'env', { ...process.env, [name]: 'musl' })
    expect(findAddon(root)).toBeNull()
    env.restore()
  },
)
