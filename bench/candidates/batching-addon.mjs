// Batches from within Node.js: an addon that only copies text and has a thread write it
// (bench/native/batching_addon.cc).

import { createRequire } from 'node:module'
import { nativeAddon } from '../native/build.mjs'

export function open(path) {
  const addon = createRequire(import.meta.url)(nativeAddon('batching_addon'))
  addon.open(path)
  return {
    write: (line) => {
      addon.write(line)
    },
    finish: () => {
      addon.finish()
      addon.close()
    },
  }
}
