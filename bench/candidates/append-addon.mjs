// The bare calls from within Node.js: an addon that only writes and asks where (bench/native/append_addon.cc).

import { createRequire } from 'node:module'
import { nativeAddon } from '../native/build.mjs'

export function open(path, { looking = false }) {
  const addon = createRequire(import.meta.url)(nativeAddon('append_addon'))
  const { numbers } = addon
  const append = looking ? addon.appendLooking : addon.append
  addon.open(path)
  return {
    appendSync: (bytes) => {
      append(bytes)
      if (numbers[0] !== 0) throw new Error(`errno ${numbers[0]}`)
      return { start: numbers[1], end: numbers[2] }
    },
    finish: () => {
      addon.close()
    },
  }
}
