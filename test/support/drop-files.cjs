// drop-files.cjs PATH COUNT WHAT, under --expose-gc: opens the file COUNT times in some way, uses it, drops it
// without closing, and counts the descriptors before and after a collection.

'use strict'

const { readdirSync, readlinkSync } = require('node:fs')
const { setImmediate: turn } = require('node:timers/promises')
const { AppendFile, Recorder } = require('../..')

const [path, count, what] = process.argv.slice(2)

function descriptors() {
  let found = 0
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) === path) found++
    } catch {
      // The descriptor of the listing itself.
    }
  }
  return found
}

const uses = {
  async AppendFile() {
    const file = AppendFile.openSync(path)
    file.appendSync('{}\n')
    await file.append('{}\n')
  },
  async Recorder() {
    const recorder = await Recorder.open(path)
    recorder.write({})
    await recorder.append({})
    recorder.appendSync({})
    await recorder.flush()
  },
  async 'a synced Recorder'() {
    const recorder = await Recorder.open(path)
    await recorder.append({})
    await recorder.sync()
  },
  async 'a reopened Recorder'() {
    const recorder = await Recorder.open(path)
    await recorder.append({})
    await recorder.reopen()
  },
}

async function main() {
  for (let i = 0; i < Number(count); i++) await uses[what]()
  const opened = descriptors()
  // Finalizers run in turns of their own after a collection; a hundred are more than enough.
  for (let i = 0; i < 100 && descriptors() > 0; i++) {
    globalThis.gc()
    await turn()
  }
  process.stdout.write(JSON.stringify({ opened, left: descriptors() }))
}

main()
