// What a durable append costs in Node.js at the least, if nothing blocks the event loop: an addon that writes and syncs
// on the pool (bench/native/synced_addon.cc), a promise for each record with its range, and what is given meanwhile is
// one group. No checks, no policy.

import { createRequire } from 'node:module'
import { nativeAddon } from '../native/build.mjs'

const LF = 0x0a
const capacity = 1024 * 1024
const resolved = Promise.resolve()

export function open(path) {
  const addon = createRequire(import.meta.url)(nativeAddon('synced_addon'))
  const { numbers } = addon
  addon.open(path)
  let [filling, other] = [Buffer.alloc(capacity), Buffer.alloc(capacity)]
  let length = 0
  let waiting = []
  let onItsWay = []
  let busy = false

  function start() {
    if (length === 0) {
      busy = false
      return
    }
    const [bytes, given] = [filling, length]
    filling = other
    other = bytes
    length = 0
    onItsWay = waiting
    waiting = []
    addon.append(bytes, given, finish)
  }

  function finish() {
    if (numbers[0] !== 0) throw new Error(`errno ${numbers[0]}`)
    const base = numbers[1]
    for (const { from, to, resolve } of onItsWay) resolve({ start: base + from, end: base + to })
    // Behind what those who are told give next.
    void resolved.then(start)
  }

  return {
    append: (line) =>
      new Promise((resolve) => {
        const from = length
        length += filling.latin1Write(line, length)
        filling[length++] = LF
        waiting.push({ from, to: length, resolve })
        if (busy) return
        busy = true
        void resolved.then(start)
      }),
    finish: () => {
      addon.close()
    },
  }
}
