// Keeps all threads of the pool busy, so that nothing is begun there until the test says so.

import { execFileSync } from 'node:child_process'
import { constants, closeSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { afterTest } from './after-test.js'
import { temporaryPath } from './temporary.js'

const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)

/** Gives what lets them go. Opening a FIFO for reading waits until somebody opens it for writing. */
export function occupyPool(): () => Promise<void> {
  const path = temporaryPath('fifo')
  execFileSync('mkfifo', [path])
  const opening = Array.from({ length: threads }, () => open(path))
  let release: Promise<void> | null = null
  const letGo = (): Promise<void> => {
    release ??= (async (): Promise<void> => {
      const fd = openSync(path, constants.O_RDWR)
      for (const one of opening) await (await one).close()
      closeSync(fd)
    })()
    return release
  }
  afterTest(letGo)
  return letGo
}
